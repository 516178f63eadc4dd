const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1')

/**
 * JSON pointers (RFC 6901) to what differs between two JSON values: objects member by member, whatever their order; lists as a
 * whole. None when they are the same.
 */
export function changedPointers(before: unknown, after: unknown, base = ''): readonly string[] {
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    return keys.flatMap((key) => changedPointers(before[key], after[key], `${base}/${escaped(key)}`))
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const isSame =
      before.length === after.length && before.every((each, index) => changedPointers(each, after[index]).length === 0)
    return isSame ? [] : [base]
  }
  return Object.is(before, after) ? [] : [base]
}
