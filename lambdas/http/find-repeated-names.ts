import type { Fault } from '../domain/refusal.ts'

/** All that matters of a JSON text: whole strings, and what structures it. */
const TOKEN = /"(?:[^"\\]+|\\.)*"|[{}[\],:]/g

type Level = { readonly names: Set<string> | undefined; name: string; place: number }

const escaped = (name: string): string => name.toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1')

const pointerOf = (levels: readonly Level[]): string =>
  levels.map(({ names, name, place }) => `/${names ? escaped(name) : place}`).join('')

/**
 * Names that an object has twice (RFC 8259, section 4: what a reader makes of that is unpredictable). Ours would take the last
 * and drop the others, one of which somebody meant.
 * @param text valid JSON. @returns at most one fault for each place.
 */
export function findRepeatedNames(text: string): readonly Fault[] {
  const pointers = new Set<string>()
  const levels: Level[] = []
  let string: string | undefined
  for (const [token] of text.matchAll(TOKEN)) {
    const level = levels.at(-1)
    if (token === '{' || token === '[')
      levels.push({ names: token === '{' ? new Set() : undefined, name: '', place: 0 })
    else if (token === '}' || token === ']') levels.pop()
    else if (token === ',' && level) level.place++
    else if (token === ':' && level?.names && string !== undefined) {
      level.name = String(JSON.parse(string))
      if (level.names.has(level.name)) pointers.add(pointerOf(levels))
      level.names.add(level.name)
    } else string = token
  }
  return [...pointers].map((pointer) => ({ pointer, detail: 'must be there once; it is there more than once' }))
}
