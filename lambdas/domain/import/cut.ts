/** The beginning of a text, at most so many UTF-16 code units long, never with half a surrogate pair at its end. */
export const cut = (text: string, longest: number): string => text.slice(0, longest).replace(/[\uD800-\uDBFF]$/, '')
