import type { Fault } from '../domain/refusal.ts'

/** Names that mean something to JavaScript objects; as names of data they get lost or break what reads them. */
const RESERVED = new Set(['__proto__', 'constructor', 'prototype'])

/** No document of the API is half as deep. */
const DEEPEST = 32

const MALFORMED = 'must be well-formed Unicode, without half a surrogate pair'

type Place = { readonly value: unknown; readonly pointer: string; readonly depth: number }

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

const escaped = (key: string): string => key.toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1')

const nameProblem = (key: string): string | undefined =>
  RESERVED.has(key) ? 'is a reserved name' : key.isWellFormed() ? undefined : MALFORMED

/**
 * What can be written in JSON but not be stored as it is: half a surrogate pair (RFC 8259, section 8.2), reserved names,
 * values nested without end.
 */
export function findUnstorable(document: unknown): readonly Fault[] {
  const faults: Fault[] = []
  const places: Place[] = [{ value: document, pointer: '', depth: 0 }]
  for (let place = places.pop(); place; place = places.pop()) {
    const { value, pointer, depth } = place
    if (typeof value === 'string' && !value.isWellFormed()) faults.push({ pointer, detail: MALFORMED })
    if (!isObject(value)) continue
    if (depth === DEEPEST) return [{ pointer, detail: `must not be nested deeper than ${DEEPEST} levels` }]
    for (const [key, inner] of Object.entries(value)) {
      const at = `${pointer}/${escaped(key)}`
      const problem = nameProblem(key)
      if (problem) faults.push({ pointer: at, detail: problem })
      else places.push({ value: inner, pointer: at, depth: depth + 1 })
    }
  }
  return faults
}
