const kindOf = (value: unknown): string => (Array.isArray(value) ? 'a list' : typeof value)

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Where two JSON values differ in form: in the names of fields and the kinds of values. What is null on either side could be
 * anything; an element of a list has to have the form of one that is written.
 */
export function differencesInShape(written: unknown, actual: unknown, at = ''): readonly string[] {
  if (written === null || actual === null) return []
  if (kindOf(written) !== kindOf(actual)) return [`${at || '/'} is ${kindOf(actual)}, not ${kindOf(written)}`]
  if (Array.isArray(written) && Array.isArray(actual)) {
    if (written.length === 0) return []
    return actual.flatMap((element, index) => {
      const found = written.map((each) => differencesInShape(each, element, `${at}/${index}`))
      return found.reduce((least, each) => (each.length < least.length ? each : least))
    })
  }
  if (!isObject(written) || !isObject(actual)) return []
  const names = new Set([...Object.keys(written), ...Object.keys(actual)])
  return [...names].flatMap((name) => {
    const place = `${at}/${name}`
    if (!Object.hasOwn(actual, name)) return [`${place} is missing`]
    if (!Object.hasOwn(written, name)) return [`${place} is new`]
    return differencesInShape(written[name], actual[name], place)
  })
}
