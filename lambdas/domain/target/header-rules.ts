/** A header that may not be sent, and why. */
export interface HeaderProblem {
  /** Undefined when it is about all of them together. */
  readonly name: string | undefined
  readonly detail: string
}

/** How many headers a job may have and how long they may be, in characters and UTF-8 bytes. */
export const headerLimits = { count: 50, nameLength: 128, valueBytes: 8192, totalBytes: 32_768 } as const

/** Headers that say how the message travels: they belong to the connection, and a wrong one can split a request in two. */
const CONNECTION_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'http2-settings',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])
/** `Proxy-*` speaks to a proxy on the way, and there is none. */
const PROXY_PREFIX = 'proxy-'
/** Standard Webhooks headers: a job must not be able to forge them. */
const SIGNATURE_PREFIX = 'webhook-'
/** token of RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

/** Everything wrong with the headers a job asks for; secrets are not expanded yet. */
export function findHeaderProblems(headers: Readonly<Record<string, string>>): readonly HeaderProblem[] {
  const problems: HeaderProblem[] = []
  const seen = new Map<string, string>()
  for (const [name, value] of Object.entries(headers)) {
    const detail = headerNameProblem(name) ?? reservedProblem(name, value) ?? headerValueProblem(value)
    const twin = seen.get(name.toLowerCase())
    if (detail) problems.push({ name, detail })
    else if (twin) problems.push({ name, detail: `is the same header as ${twin}; give it once.` })
    seen.set(name.toLowerCase(), name)
  }
  const size = headersSizeProblem(headers)
  return size ? [...problems, { name: undefined, detail: size }] : problems
}

/** Why this name can't be a header of a request, whoever asks; undefined when it can. */
export function headerNameProblem(name: string): string | undefined {
  if (!TOKEN.test(name)) return "is not a header name; letters, digits and !#$%&'*+-.^_`|~ are allowed."
  if (name.length > headerLimits.nameLength) return `has a name longer than ${headerLimits.nameLength} characters.`
  const lower = name.toLowerCase()
  if (CONNECTION_HEADERS.has(lower) || lower.startsWith(PROXY_PREFIX))
    return 'belongs to the connection; Punctual sets it itself or never sends it.'
  return undefined
}

/** Why this value can't be sent; undefined when it can. Text beyond ASCII travels as UTF-8. */
export function headerValueProblem(value: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  const control = /[\u0000-\u0008\u000a-\u001f\u007f]/.exec(value)
  if (control)
    return `has a control character (${codePoint(control[0])}) in its value; visible text, spaces and tabs are allowed.`
  if (Buffer.byteLength(value) > headerLimits.valueBytes)
    return `has a value longer than ${headerLimits.valueBytes} bytes.`
  return undefined
}

function reservedProblem(name: string, value: string): string | undefined {
  const lower = name.toLowerCase()
  if (lower.startsWith(SIGNATURE_PREFIX)) return 'is set by Punctual, so that the target can trust it.'
  if (lower === 'accept-encoding' && value.trim().toLowerCase() !== 'identity')
    return 'can only be "identity": a compressed answer can be neither judged nor redacted.'
  return undefined
}

/** Why there are too many headers, or too long ones together; undefined when there are not. */
export function headersSizeProblem(headers: Readonly<Record<string, string>>): string | undefined {
  const entries = Object.entries(headers)
  if (entries.length > headerLimits.count) return `are ${entries.length}; ${headerLimits.count} are allowed.`
  const bytes = entries.reduce((sum, [name, value]) => sum + name.length + Buffer.byteLength(value), 0)
  if (bytes > headerLimits.totalBytes) return `are ${bytes} bytes together; ${headerLimits.totalBytes} are allowed.`
  return undefined
}

const codePoint = (character: string) => `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`
