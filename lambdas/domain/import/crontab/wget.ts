import { jobLimits } from '../../job/job.ts'
import {
  isMethod,
  LONGEST_DELAY_SECONDS,
  notPossible,
  type OptionEffects,
  outputWarnings,
  type ReadCommand,
  timeoutMsOf,
  wholeNumber,
  withScheme,
} from './command-call.ts'
import { type OptionTable, readOptions } from './options.ts'

const words = (text: string): readonly string[] => text.split(' ')

/** wget(1). An option that is in none of these lists is refused: nothing is passed over unseen. */
const EFFECTS: OptionEffects = {
  warned: {
    'no-check-certificate': 'It took any certificate; Punctual checks certificates, so that a wrong one fails the run.',
  },
  refused: {
    'post-file': 'it sends the content of a file',
    'body-file': 'it sends the content of a file',
    'input-file': 'it reads its URLs from a file',
    recursive: 'it follows links',
    mirror: 'it follows links',
    certificate: 'it has a client certificate',
    'load-cookies': 'it reads cookies from a file',
  },
}
const EFFECTIVE =
  'header post-data body-data method user password http-user http-password timeout tries user-agent referer max-redirect ' +
  'waitretry'
const IGNORED_VALUES = 'output-document output-file append-output connect-timeout read-timeout dns-timeout wait'
const IGNORED_FLAGS =
  'quiet no-verbose verbose delete-after no-cache no-cookies background server-response content-on-error inet4-only ' +
  'inet6-only auth-no-challenge no-proxy'

const TABLE: OptionTable = {
  short: {
    q: 'quiet',
    O: 'output-document',
    o: 'output-file',
    a: 'append-output',
    T: 'timeout',
    t: 'tries',
    U: 'user-agent',
    b: 'background',
    S: 'server-response',
    v: 'verbose',
    i: 'input-file',
    r: 'recursive',
    m: 'mirror',
    w: 'wait',
    '4': 'inet4-only',
    '6': 'inet6-only',
  },
  values: new Set(words(`${EFFECTIVE} ${IGNORED_VALUES} post-file body-file input-file certificate load-cookies`)),
  flags: new Set(words(`${IGNORED_FLAGS} spider recursive mirror no-check-certificate`)),
}

/** @param args what follows `wget`. */
export function readWget(args: readonly string[]): ReadCommand {
  // -nv is the one short option of two letters that crontabs have.
  const read = readOptions(
    args.map((word) => (word === '-nv' ? '--no-verbose' : word)),
    TABLE,
  )
  if (!read.ok) return notPossible(read.problem)
  const { options, operands } = read
  const all = (name: string) => options.filter((option) => option.name === name).map(({ value }) => value)
  const last = (...names: readonly string[]) => options.findLast(({ name }) => names.includes(name))?.value
  const refused = options.map(({ name }) => EFFECTS.refused[name]).find((reason) => reason !== undefined)
  if (refused !== undefined) return notPossible(refused)
  const [url] = operands
  if (url === undefined) return notPossible('it names no URL')
  if (operands.length > 1) return notPossible(`it calls ${operands.length} URLs; write a line for each`)

  const body = last('post-data', 'body-data') ?? null
  const isSpider = all('spider').length > 0
  const method = last('method')?.toUpperCase() ?? (isSpider ? 'HEAD' : last('post-data') === undefined ? 'GET' : 'POST')
  if (!isMethod(method)) return notPossible(`its method ${method} is none that a job can have`)
  const headers = all('header').map((text): readonly [string, string] => {
    const at = text.indexOf(':')
    return at < 0 ? [text, ''] : [text.slice(0, at).trim(), text.slice(at + 1).trim()]
  })
  const imply = (name: string, value: string | undefined): void => {
    const isGiven = headers.some(([given]) => given.toLowerCase() === name.toLowerCase())
    if (value !== undefined && !isGiven) headers.push([name, value])
  }
  imply('User-Agent', last('user-agent'))
  imply('Referer', last('referer'))
  imply('Content-Type', body === null ? undefined : 'application/x-www-form-urlencoded')
  const username = last('user', 'http-user')
  const waitSeconds = wholeNumber(last('waitretry') ?? '', LONGEST_DELAY_SECONDS)
  return {
    ok: true,
    made: {
      call: {
        url: withScheme(url),
        httpMethod: method,
        headers,
        body,
        basicAuth: username === undefined ? undefined : { username, password: last('password', 'http-password') ?? '' },
      },
      followsRedirects: last('max-redirect') !== '0',
      timeoutMs: timeoutMsOf(last('timeout') ?? ''),
      success: ['200-299'],
      maxRetries: Math.max(0, wholeNumber(last('tries') ?? '', jobLimits.maxRetries + 1) - 1),
      retryDelaySeconds: waitSeconds > 0 ? waitSeconds : undefined,
      warnings: [
        ...new Set(options.flatMap(({ name }) => EFFECTS.warned[name] ?? [])),
        ...outputWarnings(last('output-document')),
      ],
    },
  }
}
