import { RemovalPolicy } from 'aws-cdk-lib'
import { z } from 'zod'

/** The retention times that CloudWatch Logs knows, in days (its API reference, PutRetentionPolicy). */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const

const email = z.email('must be an e-mail address such as ada@example.com')

/** `-c key=value` can only give text, cdk.json can give JSON; both are allowed. */
const list = <Item extends z.ZodType>(item: Item) =>
  z
    .preprocess(
      (value) => (typeof value === 'string' ? splitList(value) : value),
      z.array(item, 'must be a list, as JSON or separated by commas'),
    )
    .default([])
const flag = z.preprocess(
  (value) => (value === 'true' ? true : value === 'false' ? false : value),
  z.boolean('must be true or false'),
)
const wholeNumber = (message: string) =>
  z.preprocess(
    (value) => (typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value),
    z.int(message),
  )

/** What can be chosen per stage, read from the CDK context (`cdk deploy -c stage=prod -c alarmEmail=ops@example.com`). */
export const Configuration = z
  .strictObject({
    /** Names everything of this deployment; several stages live side by side in one account. */
    stage: z
      .string('must be text')
      .regex(/^[a-z][a-z0-9-]{0,19}$/, 'must be 1 to 20 of a-z, 0-9 and "-", beginning with a letter')
      .default('dev'),
    /** Whether data outlives the stack and deletion is refused. @default true when the stage is `prod` */
    production: flag.optional(),
    /**
     * The address that mail comes from; it must be verified, as an address, in Amazon SES in the region of the stack.
     * @default Cognito's own sender, 50 mails a day, for codes; the topic of the alarms for notifications
     */
    mailSender: email.optional(),
    /** Addresses whose accounts become admins once they are verified. */
    adminEmails: list(email),
    /** Web origins whose pages may call the API; `*` allows any. @default none */
    corsOrigins: list(z.string().refine(isOrigin, 'must be "*" or an origin such as https://app.example.com')),
    /** How long logs are kept, in days. */
    retention: wholeNumber('must be a number of days')
      .refine((days) => LOG_RETENTION_DAYS.some((allowed) => allowed === days), {
        error: `must be one of ${LOG_RETENTION_DAYS.join(', ')}`,
      })
      .default(30),
    /** How long entries of the audit are kept, in days: 1 to 3653. */
    auditRetention: wholeNumber('must be a number of days')
      .refine((days) => days >= 1 && days <= 3653, 'must be a number of days from 1 to 3653')
      .default(365),
    /** Who gets the alarms. @default nobody; subscribe to the topic by hand */
    alarmEmail: email.optional(),
    /**
     * The most runs at the same time, 1 to 10,000; they are reserved, so the account's other functions can't use them.
     * @default no reservation; the account's limit
     */
    executorReservedConcurrency: wholeNumber('must be a whole number from 1 to 10000')
      .refine((count) => count >= 1 && count <= 10_000, 'must be a whole number from 1 to 10000')
      .optional(),
    /** The most calls to one host at the same time, all jobs and accounts together, up to 1,000; 0 for as many as there are. */
    hostParallelism: wholeNumber('must be a whole number from 0 to 1000')
      .refine((count) => count >= 0 && count <= 1000, 'must be a whole number from 0 to 1000')
      .default(200),
  })
  .transform((given) => ({ ...given, production: given.production ?? given.stage === 'prod' }))
export type Configuration = z.output<typeof Configuration>

/** For the person who deploys: nothing is wrong with the program, so its message is all there is to show. */
export class ConfigurationError extends Error {
  constructor(complaints: readonly string[]) {
    super(`The configuration (CDK context) is not valid:\n${complaints.map((line) => `  - ${line}`).join('\n')}`)
    this.name = 'ConfigurationError'
  }
}

/**
 * Reads the stage's configuration from the whole CDK context.
 * The context also holds feature flags and the toolkit's own keys; ours are the plain camelCase ones.
 * @throws ConfigurationError naming each wrong key, its value and what is allowed.
 */
export function readConfiguration(context: Readonly<Record<string, unknown>>): Configuration {
  const ours = Object.fromEntries(Object.entries(context).filter(([key]) => /^[a-zA-Z]+$/.test(key)))
  const parsed = Configuration.safeParse(ours)
  if (parsed.success) return parsed.data
  const complaints = parsed.error.issues.flatMap((issue) => describe(issue, ours))
  throw new ConfigurationError(complaints)
}

/** What becomes of data when its stack or resource is deleted. */
export function removalPolicyOf({ production }: Configuration): RemovalPolicy {
  return production ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY
}

function splitList(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

function isOrigin(text: string): boolean {
  if (text === '*') return true
  return /^https?:$/.test(URL.parse(text)?.protocol ?? '') && URL.parse(text)?.origin === text
}

function describe(issue: z.core.$ZodIssue, context: Readonly<Record<string, unknown>>): string[] {
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(Configuration.in.shape).join(', ')
    return issue.keys.map((key) => `"${key}" is unknown (it is ${JSON.stringify(context[key])}); the keys are ${known}`)
  }
  const [key, index] = issue.path
  const given = context[String(key)]
  const value = typeof index === 'number' ? (Array.isArray(given) ? given : splitList(String(given)))[index] : given
  return [`"${String(key)}" is ${JSON.stringify(value)}; it ${issue.message}`]
}
