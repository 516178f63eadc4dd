import fc from 'fast-check'
import { propertyRuns } from './property-runs.ts'

/** How many expressions a property tries; a release run asks for 10,000. */
export const PROPERTY_RUNS = propertyRuns(1000)

/** What a property may take: a few milliseconds per expression, on a busy machine too. */
export const PROPERTY_TIMEOUT_MS = 30_000 + 20 * PROPERTY_RUNS

const MONTHS = ['jan', 'FEB', 'Mar', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'dec']
const WEEKDAYS = ['SUN', 'mon', 'TUE', 'Wed', 'THU', 'FRI', 'SAT']

interface FieldShape {
  readonly min: number
  readonly max: number
  readonly names?: readonly string[]
}

const value = ({
  min,
  max,
  names = [],
}: FieldShape): fc.Arbitrary<{ readonly number: number; readonly text: string }> =>
  fc.integer({ min, max }).chain((number) => {
    const name = names[number - min]
    return fc
      .constantFrom(...(name ? [`${number}`, name] : [`${number}`, `${number}`.padStart(2, '0')]))
      .map((text) => ({
        number,
        text,
      }))
  })

const range = (shape: FieldShape, mayWrap: boolean) =>
  fc.tuple(value(shape), value(shape)).map(([a, b]) => {
    const [from, to] = a.number <= b.number || mayWrap ? [a, b] : [b, a]
    return `${from.text}-${to.text}`
  })

const list = (item: fc.Arbitrary<string>) =>
  fc.array(item, { minLength: 1, maxLength: 4 }).map((items) => items.join(','))

/** Weighted towards what people write; `rest` is how often the field does not restrict. */
function unixField(shape: FieldShape, rest: number): fc.Arbitrary<string> {
  const step = fc.integer({ min: 1, max: shape.max + 3 })
  const single = value(shape).map(({ text }) => text)
  const stepped = fc.tuple(range(shape, false), step).map(([span, by]) => `${span}/${by}`)
  return fc.oneof(
    { weight: rest, arbitrary: fc.constant('*') },
    { weight: 3, arbitrary: step.map((by) => `*/${by}`) },
    { weight: 3, arbitrary: single },
    { weight: 2, arbitrary: range(shape, false) },
    { weight: 1, arbitrary: stepped },
    {
      weight: 2,
      arbitrary: list(
        fc.oneof(
          single,
          range(shape, false),
          stepped,
          step.map((by) => `*/${by}`),
        ),
      ),
    },
    { weight: 1, arbitrary: list(single).map((items) => `*,${items}`) },
    { weight: 1, arbitrary: fc.constant(`${shape.min}-${shape.max}`) },
  )
}

/** Valid five-field expressions. */
export const unixExpressions: fc.Arbitrary<string> = fc
  .tuple(
    unixField({ min: 0, max: 59 }, 3),
    unixField({ min: 0, max: 23 }, 8),
    unixField({ min: 1, max: 31 }, 6),
    unixField({ min: 1, max: 12, names: MONTHS }, 25),
    unixField({ min: 0, max: 7, names: WEEKDAYS }, 6),
  )
  .map((fields) => fields.join(' '))

function eventBridgeField(
  shape: FieldShape,
  rest: number,
  options = { steps: true, wraps: true },
): fc.Arbitrary<string> {
  const single = value(shape).map(({ text }) => text)
  const span = range(shape, options.wraps)
  const step = fc.integer({ min: 1, max: Math.min(shape.max, 100) })
  const stepped = fc
    .tuple(fc.oneof(fc.constant('*'), single, span), step)
    .map(([start, by]) => (options.steps ? `${start}/${by}` : start === '*' ? '1' : start))
  return fc.oneof(
    { weight: rest, arbitrary: fc.constant('*') },
    { weight: 2, arbitrary: single },
    { weight: 2, arbitrary: span },
    { weight: 2, arbitrary: stepped },
    { weight: 1, arbitrary: list(fc.oneof(single, span, stepped)) },
  )
}

const dateField = fc.oneof(
  { weight: 3, arbitrary: eventBridgeField({ min: 1, max: 31 }, 3) },
  { weight: 2, arbitrary: fc.constantFrom('L', 'LW', 'lw') },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 31 }).map((date) => `${date}W`) },
)

const weekdayValue = value({ min: 1, max: 7, names: WEEKDAYS }).map(({ text }) => text)
const weekdayField = fc.oneof(
  { weight: 3, arbitrary: eventBridgeField({ min: 1, max: 7, names: WEEKDAYS }, 1, { steps: false, wraps: true }) },
  { weight: 1, arbitrary: fc.constant('L') },
  { weight: 2, arbitrary: weekdayValue.map((weekday) => `${weekday}L`) },
  { weight: 3, arbitrary: fc.tuple(weekdayValue, fc.integer({ min: 1, max: 5 })).map(([day, nth]) => `${day}#${nth}`) },
)

/** The six fields of valid EventBridge cron expressions, without `cron(` and `)`. */
export const eventBridgeFields: fc.Arbitrary<string> = fc
  .tuple(
    eventBridgeField({ min: 0, max: 59 }, 3),
    eventBridgeField({ min: 0, max: 23 }, 6),
    fc.oneof(
      dateField.map((field) => [field, '?'] as const),
      weekdayField.map((field) => ['?', field] as const),
    ),
    eventBridgeField({ min: 1, max: 12, names: MONTHS }, 25),
    eventBridgeField({ min: 1970, max: 2199 }, 25, { steps: true, wraps: false }),
  )
  .map(([minutes, hours, [dates, weekdays], months, years]) =>
    [minutes, hours, dates, months, weekdays, years].join(' '),
  )
