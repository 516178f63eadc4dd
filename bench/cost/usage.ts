/** What AWS bills for, and the calls that make it up. */
export type Usage = {
  /** Calls by service and operation, such as `DYNAMODB PutItem`. */
  readonly calls: Readonly<Record<string, number>>
  readonly readUnits: number
  readonly writeUnits: number
  /** Schedules that fired. */
  readonly schedulerInvocations: number
  /** What functions logged, in bytes, line ends included. */
  readonly logBytes: number
}

const nothing = {
  calls: {},
  readUnits: 0,
  writeUnits: 0,
  schedulerInvocations: 0,
  logBytes: 0,
} as const satisfies Usage

/** Adds up usage until it is taken. */
export class UsageMeter {
  #usage: Usage = nothing
  /** The function, by its logical id, that does not count: what it does happens by itself. */
  ignored: string | undefined
  /** Changes with everything that is entered. */
  entries = 0

  /** @param caller the function's logical id */
  call(caller: string | undefined, service: string, operation: string, units = { read: 0, write: 0 }): void {
    const name = `${service} ${operation}`
    const { calls, readUnits, writeUnits } = this.#usage
    this.#enter(caller, {
      calls: { ...calls, [name]: (calls[name] ?? 0) + 1 },
      readUnits: readUnits + units.read,
      writeUnits: writeUnits + units.write,
    })
  }

  schedulerInvocation(): void {
    this.#enter(undefined, { schedulerInvocations: this.#usage.schedulerInvocations + 1 })
  }

  logLine(caller: string, line: string): void {
    this.#enter(caller, { logBytes: this.#usage.logBytes + Buffer.byteLength(line) + 1 })
  }

  /** What has been used since it was taken last. */
  take(): Usage {
    const usage = this.#usage
    this.#usage = nothing
    return usage
  }

  #enter(caller: string | undefined, change: Partial<Usage>): void {
    if (caller !== undefined && caller === this.ignored) return
    this.#usage = { ...this.#usage, ...change }
    this.entries++
  }
}

export const callsOf = ({ calls }: Usage, name: string): number => calls[name] ?? 0

/** The calls as one line: `Query, 2 PutItem, SECRETS_MANAGER GetSecretValue`. Those without a service are DynamoDB's. */
export function callsText({ calls }: Usage): string {
  const text = Object.entries(calls).map(([name, count]) => {
    const short = name.replace(/^DYNAMODB /, '')
    return count === 1 ? short : `${count} ${short}`
  })
  return text.join(', ') || 'none'
}
