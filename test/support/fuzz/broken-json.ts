import fc from 'fast-check'

/** Values that no field expects, or that break what is not careful. */
export const NASTY: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  Number.MAX_SAFE_INTEGER + 2,
  '',
  ' ',
  '\u0000',
  '\ud800',
  'a\r\nb: c',
  '{{secrets.NOBODY}}',
  '{{secrets.}}',
  '{{variables.x}}',
  '__proto__',
  '../../etc/passwd',
  "'; DROP TABLE jobs; --",
  '<script>alert(1)</script>',
  '#{7*7}',
  '%00%ff%c0%ae',
  '\u202e\u200b\ufeff',
  '💥'.repeat(50),
  'x'.repeat(70_000),
  '2027-02-30T00:00:00Z',
  '0000-01-01T00:00:00Z',
  '+275760-09-13T00:00:00.000Z',
  'T#another-tenant',
  '* * * * * *',
  '0 0 30 2 *',
  'cron(0 0 * * ? *)',
  'rate(1 minute)',
  'at(2020-01-01T00:00:00)',
  'http://127.0.0.1:1/',
  'http://[::1]/',
  'file:///etc/passwd',
  'https://user:password@example.com/',
  'Europe/Nowhere',
  [],
  {},
  [[[[]]]],
  { toString: 1 },
  { constructor: { prototype: {} } },
  Array.from({ length: 1100 }, (_, index) => index),
]

type Step = {
  readonly kind: 'replace' | 'remove' | 'add' | 'repeat' | 'nest'
  readonly at: number
  readonly value: unknown
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'add', 'repeat', 'nest'),
  at: fc.nat(1000),
  value: fc.constantFrom(...NASTY),
})

/** One to three things to do to a document so that it is likely no longer right. */
export const breakage: fc.Arbitrary<readonly Step[]> = fc.array(step, { minLength: 1, maxLength: 3 })

type Place = { readonly parent: Record<string, unknown> | unknown[]; readonly key: string }

const isContainer = (value: unknown): value is Record<string, unknown> | unknown[] =>
  typeof value === 'object' && value !== null

function placesIn(value: unknown): readonly Place[] {
  if (!isContainer(value)) return []
  return Object.entries(value).flatMap(([key, inner]) => [{ parent: value, key }, ...placesIn(inner)])
}

function nested(value: unknown, depth: number): unknown {
  return Array.from({ length: depth }).reduce<unknown>((inner) => [inner], value)
}

/** A copy of a JSON value after these steps. */
export function broken(document: unknown, steps: readonly Step[]): unknown {
  const box: Record<string, unknown> = { document: structuredClone(document) }
  for (const { kind, at, value } of steps) {
    const nasty = structuredClone(value)
    const places = placesIn(box)
    const place = places[at % places.length]
    if (!place) continue
    const holder = place.parent as Record<string, unknown>
    if (kind === 'replace') holder[place.key] = nasty
    if (kind === 'remove' && place.parent !== box) delete holder[place.key]
    if (kind === 'repeat') holder[place.key] = Array.from({ length: 30 }, () => holder[place.key])
    if (kind === 'nest') holder[place.key] = nested(holder[place.key], 40)
    const inner = holder[place.key]
    if (kind === 'add' && isContainer(inner)) Object.assign(inner, { [`unknown${at}`]: nasty })
  }
  return box.document
}
