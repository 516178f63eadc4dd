/** One step into a JSON value: a member name or an array index. */
export type JsonPathStep = string | number

export type ParsedJsonPath =
  | { readonly ok: true; readonly steps: readonly JsonPathStep[] }
  | { readonly ok: false; readonly problem: string }

/** `.name`, `[0]`, `['any name']` or `["any name"]`, at the current position. */
const STEP =
  /\.([\p{L}_$][\p{L}\p{N}_$-]*)|\[(0|[1-9]\d{0,8})\]|\['((?:[^'\\]|\\['\\])*)'\]|\["((?:[^"\\]|\\["\\])*)"\]/uy

/**
 * Reads a path to exactly one place in a JSON document: a strict part of the singular queries of RFC 9535,
 * such as `$.data[0].state` or `$['sync result'].ok`. No wildcards, filters, slices or negative indexes.
 */
export function parseJsonPath(text: string): ParsedJsonPath {
  if (!text.startsWith('$')) return { ok: false, problem: `"${text}" must begin with $, such as $.success.` }
  const steps: JsonPathStep[] = []
  STEP.lastIndex = 1
  for (let at = 1; at < text.length; at = STEP.lastIndex) {
    STEP.lastIndex = at
    const match = STEP.exec(text)
    if (!match)
      return { ok: false, problem: `"${text}" is not understood from character ${at + 1} on; write $.a.b[0]['x y'].` }
    steps.push(stepOf(match))
  }
  return { ok: true, steps }
}

/** The value at the path; `found` is false where a member or an index is missing. */
export function readJsonPath(
  document: unknown,
  steps: readonly JsonPathStep[],
): { readonly found: true; readonly value: unknown } | { readonly found: false } {
  let value = document
  for (const step of steps) {
    if (Array.isArray(value) ? typeof step !== 'number' : typeof step !== 'string') return { found: false }
    const descriptor =
      typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, step) : undefined
    if (!descriptor?.enumerable) return { found: false }
    value = descriptor.value
  }
  return { found: true, value }
}

function stepOf([, name, index, single, double]: RegExpExecArray): JsonPathStep {
  if (index !== undefined) return Number(index)
  return name ?? (single ?? double ?? '').replace(/\\(['"\\])/g, '$1')
}
