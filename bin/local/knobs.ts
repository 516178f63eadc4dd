import { isIP } from 'node:net'
import { z } from 'zod'

const integer = /^\d{1,5}$/

const email = z.email()

const list = (item: (text: string) => boolean, message: (wrong: string) => string) =>
  z.string().superRefine((text, context) => {
    for (const wrong of splitList(text).filter((each) => !item(each)))
      context.addIssue({ code: 'custom', message: message(wrong) })
  })

const Knobs = z.object({
  PORT: z
    .string()
    .default('8787')
    .refine((text) => integer.test(text) && Number(text) <= 65_535, 'must be a port, 1 to 65535, or 0 for any free one')
    .transform(Number),
  DATA_DIR: z.string().min(1, 'must be a folder').default('.punctual'),
  TARGET_ALLOW_CIDRS: list(isRange, (wrong) => `has "${wrong}", which is no address range such as 127.0.0.0/8`).default(
    '127.0.0.0/8,::1/128',
  ),
  HOST_PARALLELISM: z
    .string()
    .default('200')
    .refine((text) => integer.test(text) && Number(text) <= 1000, 'must be a whole number, 0 to 1000'),
  ADMIN_EMAILS: list(
    (text) => email.safeParse(text).success,
    (wrong) => `has "${wrong}", which is no e-mail address`,
  ).default(''),
  DEMO: z
    .string()
    .default('1')
    .refine((text) => text === '0' || text === '1', 'must be 0 or 1')
    .transform((text) => text === '1'),
  /** Another DynamoDB engine than the one that comes along. */
  AWS_ENDPOINT_URL_DYNAMODB: z.url({ protocol: /^https?$/, error: 'must be an http URL' }).optional(),
  /** Whether functions may only do what their roles allow, as on AWS. */
  LOCAL_IAM: z
    .string()
    .default('enforce')
    .refine((text) => text === 'enforce' || text === 'off', 'must be enforce or off')
    .transform((text) => text === 'enforce'),
  /** A file that gets a line of JSON for everything that a role is used for. */
  LOCAL_CALLS_FILE: z.string().min(1, 'must be a file').optional(),
})

/** What a person can set for the local service. */
export type Knobs = z.infer<typeof Knobs>

/**
 * Reads the knobs from the environment.
 * @throws Error naming each wrong knob, its value and what is allowed.
 */
export function readKnobs(environment: Readonly<Record<string, string | undefined>>): Knobs {
  const parsed = Knobs.safeParse(environment)
  if (parsed.success) return parsed.data
  const complaints = parsed.error.issues.map(({ path, message }) => {
    const name = path.join('.')
    return `  - ${name} is ${JSON.stringify(environment[name])}; it ${message}`
  })
  throw new Error(`The environment is not valid:\n${complaints.join('\n')}`)
}

function splitList(text: string): readonly string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

function isRange(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0) return false
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128))
}
