/** How MiniStack differs from AWS where it shows, and what is done about it. Nothing else is skipped, changed or forgiven. */
export type Deviation = {
  readonly what: string
  /** The function of mended_ministack.py that makes it as on AWS. */
  readonly mend?: string
  /** What the tests are set to in their environment. */
  readonly settings?: Readonly<Record<string, string>>
  /** Tests that fail for this reason. They have to: one that passes fails the suite, so that the list stays true. */
  readonly failing?: readonly Tests[]
  /** Tests that cannot be run, or whose result depends on the machine. */
  readonly skipped?: readonly Tests[]
}

/** Tests of a file of the suite, by name. @default all of them */
export type Tests = { readonly file: string; readonly tests?: readonly string[] }

export const deviations: readonly Deviation[] = [
  {
    what: 'With TLS it takes port 443, too, where it may. It is to have one port, a free one.',
    mend: 'one_port',
  },
  {
    what: 'CloudFormation refuses an alarm on a calculated metric. AWS makes it; here it watches a plain metric.',
    mend: 'calculated_alarm',
  },
  {
    what: 'CloudFormation gives an API an address on this machine. On AWS it is at execute-api in its region.',
    mend: 'api_address',
  },
  {
    what: 'IAM takes every schedule to be in the group "default". AWS looks at its group.',
    mend: 'schedule_group',
  },
  {
    what: "Secrets Manager makes up the id of a secret's first version. On AWS it is the ClientRequestToken.",
    mend: 'secret_version_id',
  },
  {
    what: 'Cognito does not take a space within a password for a symbol. On AWS it is one.',
    mend: 'password_symbols',
  },
  {
    what: 'Cognito does not note that an address is verified when its account is confirmed. AWS does, where the pool verifies addresses.',
    mend: 'confirmed_address',
  },
  {
    what: 'EventBridge Scheduler leaves <aws.scheduler.scheduled-time> in the input. AWS puts the planned instant there.',
    mend: 'scheduled_time',
  },
  {
    what: 'EventBridge Scheduler looks every ten seconds what is due, and loses the first occurrence of a cron schedule that it has not seen before it. AWS loses none.',
    mend: 'scheduler_clock',
  },
  {
    what: 'Cognito tells that an account is not confirmed before it has looked at the password. AWS looks first.',
    failing: [
      {
        file: 'accounts.test.ts',
        tests: ['does not tell somebody without the password that an account is not confirmed'],
      },
    ],
  },
  {
    what: 'IAM takes SendEmail to be about every identity. AWS looks at that of the sender.',
    mend: 'mail_identity',
  },
  {
    what: 'Each function that runs at the same time as others starts a process on this machine, so few run at once. On AWS they need not wait.',
    mend: 'few_at_once',
  },
  {
    what: 'Lambda starts what has waited for its turn with the settings from when it was called, and keeps that process for later calls. AWS takes the new ones.',
    mend: 'current_settings',
  },
  {
    what: 'A request takes ten times as long as to the local service, so that fewer are made up at random.',
    settings: { FUZZ_REQUESTS: '400' },
  },
  {
    what: 'The deployed stack is no process of this machine: it has no terminal, no signals, no data directory and no clock to be moved.',
    skipped: [
      { file: 'processes.test.ts' },
      { file: 'durability.test.ts' },
      { file: 'repairs.test.ts' },
      { file: 'outage.test.ts' },
      { file: 'scheduled-minute.test.ts', tests: ['prints one line for each run'] },
    ],
  },
]

export const mends = deviations.flatMap(({ mend }) => mend ?? [])

export const settings: Readonly<Record<string, string>> = Object.assign(
  {},
  ...deviations.map(({ settings }) => settings),
)

/** Files of which no test is run. */
export const skippedFiles = deviations.flatMap(({ skipped = [] }) =>
  skipped.flatMap(({ file, tests }) => (tests === undefined ? file : [])),
)

/** What is known of a test: that it fails here, or why it is skipped. */
export function expectationOf(file: string, test: string): { readonly fails: boolean; readonly skip?: string } {
  const isListed = (list: readonly Tests[] = []) =>
    list.some((each) => each.file === file && each.tests?.includes(test))
  const skip = deviations.find(({ skipped }) => isListed(skipped))?.what
  return { fails: deviations.some(({ failing }) => isListed(failing)), ...(skip !== undefined && { skip }) }
}
