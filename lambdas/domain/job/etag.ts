/** A job's version as an entity tag (RFC 9110, section 8.8.3). */
export const etagOf = (version: number): string => `"${version}"`

/** Whether an `If-Match` header (RFC 9110, section 13.1.1) lets a change of this version through; absent lets all through. */
export function matches(ifMatch: string | undefined, version: number): boolean {
  if (ifMatch === undefined) return true
  return ifMatch.split(',').some((tag) => tag.trim() === '*' || tag.trim() === etagOf(version))
}
