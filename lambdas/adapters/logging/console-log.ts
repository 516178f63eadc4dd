import type { Log } from '../../ports/log.ts'

/** Longest chain of causes that is written. */
const MOST_CAUSES = 10

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

function describeError(error: Error, depth: number): Readonly<Record<string, unknown>> {
  const { name, message, stack, cause } = error
  const more = cause === undefined || depth >= MOST_CAUSES ? {} : { cause: plain(cause, depth + 1, []) }
  return { name, message, stack, ...more }
}

/** A copy that JSON can write: errors as their parts, cycles cut, big integers as text. */
function plain(value: unknown, causes: number, above: readonly object[]): unknown {
  if (value instanceof Error) return describeError(value, causes)
  if (typeof value === 'bigint') return value.toString()
  if (!isRecord(value)) return value
  if (above.includes(value)) return '[circular]'
  if (typeof value.toJSON === 'function') return value
  const within = [...above, value]
  if (Array.isArray(value)) return value.map((element) => plain(element, causes, within))
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner, causes, within)]))
}

/**
 * Writes each message as one line of JSON. Straight to standard output rather than through `console`, to which the
 * Lambda runtime would add a prefix that is not JSON.
 */
export function consoleLog(
  write: (line: string) => void = (line) => process.stdout.write(line),
  now: () => number = Date.now,
): Log {
  const at =
    (level: 'info' | 'warn' | 'error') =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}): void => {
      // A line that carries metrics has its instant in them already.
      const time = Object.hasOwn(fields, '_aws') ? {} : { time: new Date(now()).toISOString() }
      const entry = { ...fields, level, message, ...time }
      write(`${JSON.stringify({ level, message, ...Object(plain(entry, 0, [])) })}\n`)
    }
  return { info: at('info'), warn: at('warn'), error: at('error') }
}
