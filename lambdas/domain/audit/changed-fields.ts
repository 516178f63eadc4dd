import type { ShownFields } from './audit-entry.ts'

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isSame = (a: unknown, b: unknown): boolean => {
  if (isFields(a) && isFields(b)) return [...namesOf(a, b)].every((name) => isSame(a[name], b[name]))
  return JSON.stringify(a) === JSON.stringify(b)
}

const namesOf = (a: Fields, b: Fields): ReadonlySet<string> => new Set([...Object.keys(a), ...Object.keys(b)])

/** What is told of one side of a change: the thing itself, and how it may be shown. */
export type Side = { readonly fields: Fields; readonly shown: Fields }

/**
 * The fields that differ, as they may be shown; objects member by member, lists as a whole. Differences are looked for in
 * the fields themselves: a credential that changes is told of, although it looks the same on both sides.
 */
export function changedFields(
  before: Side,
  after: Side,
): { readonly before: ShownFields; readonly after: ShownFields } {
  const told = { before: new Map<string, unknown>(), after: new Map<string, unknown>() }
  for (const name of namesOf(before.fields, after.fields)) {
    const [a, b] = [sideOf(before, name), sideOf(after, name)]
    if (isSame(a.value, b.value)) continue
    const inner = a.inner && b.inner ? changedFields(a.inner, b.inner) : undefined
    if (a.value !== undefined) told.before.set(name, inner?.before ?? a.shown)
    if (b.value !== undefined) told.after.set(name, inner?.after ?? b.shown)
  }
  return { before: Object.fromEntries(told.before), after: Object.fromEntries(told.after) }
}

function sideOf({ fields, shown }: Side, name: string) {
  const [value, shownValue] = [fields[name], shown[name]]
  const inner = isFields(value) && isFields(shownValue) ? { fields: value, shown: shownValue } : undefined
  return { value, shown: shownValue, inner }
}
