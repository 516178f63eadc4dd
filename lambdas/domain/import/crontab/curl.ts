import { jobLimits } from '../../job/job.ts'
import {
  isMethod,
  LONGEST_DELAY_SECONDS,
  notPossible,
  outputWarnings,
  type ReadCommand,
  timeoutMsOf,
  wholeNumber,
  withScheme,
} from './command-call.ts'
import { CURL_EFFECTS, CURL_OPTIONS } from './curl-options.ts'
import { type GivenOption, readOptions } from './options.ts'

/** @param args what follows `curl`. @param stdin what the command reads from its standard input. */
export function readCurl(args: readonly string[], stdin: string | undefined): ReadCommand {
  const read = readOptions(args, CURL_OPTIONS)
  if (!read.ok) return notPossible(read.problem)
  const { options } = read
  const all = (...names: readonly string[]) => options.filter(({ name }) => names.includes(name))
  const last = (...names: readonly string[]) => all(...names).at(-1)?.value
  const refused = options.map(({ name }) => CURL_EFFECTS.refused[name]).find((reason) => reason !== undefined)
  if (refused !== undefined) return notPossible(refused)

  const named = readUrl([...read.operands, ...all('url').map(({ value }) => value)], all('globoff').length > 0)
  if (!named.ok) return notPossible(named.problem)

  const data = readData(all('data', 'data-ascii', 'data-raw', 'data-binary', 'data-urlencode', 'json'), stdin)
  if (!data.ok) return notPossible(data.problem)
  const isGet = all('get').length > 0
  const sends = data.body !== null && !isGet
  const method = last('request') ?? (all('head').length > 0 ? 'HEAD' : sends ? 'POST' : 'GET')
  if (!isMethod(method)) return notPossible(`its method ${method} is none that a job can have`)
  const headers = readHeaders(options, sends ? (all('json').length > 0 ? 'json' : 'form') : undefined)
  if (!headers.ok) return notPossible(headers.problem)
  const follows = all('location', 'location-trusted').length > 0
  const fails = all('fail', 'fail-with-body').length > 0
  const retryDelay = wholeNumber(last('retry-delay') ?? '', LONGEST_DELAY_SECONDS)
  return {
    ok: true,
    made: {
      call: {
        url: isGet && data.body !== null ? withQuery(named.url, data.body) : named.url,
        httpMethod: method,
        headers: headers.headers,
        body: isGet ? null : data.body,
        basicAuth: basicAuthOf(last('user')),
      },
      followsRedirects: follows,
      timeoutMs: timeoutMsOf(last('max-time') ?? ''),
      success: fails ? [follows ? '200-299' : '200-399'] : undefined,
      maxRetries: wholeNumber(last('retry') ?? '', jobLimits.maxRetries),
      retryDelaySeconds: retryDelay > 0 ? retryDelay : undefined,
      warnings: [
        ...new Set(options.flatMap(({ name }) => CURL_EFFECTS.warned[name] ?? [])),
        ...outputWarnings(last('output')),
      ],
    },
  }
}

type NamedUrl = { readonly ok: true; readonly url: string } | ReturnType<typeof notPossible>

function readUrl(urls: readonly string[], isLiteral: boolean): NamedUrl {
  const [url] = urls
  if (url === undefined) return notPossible('it names no URL')
  if (urls.length > 1) return notPossible(`it calls ${urls.length} URLs; write a line for each`)
  const isPattern = /[[\]{}]/.test(url.replaceAll(/\{\{secrets\.\w+\}\}/g, ''))
  if (isPattern && !isLiteral) return notPossible('its URL stands for several ({…} or […])')
  return { ok: true, url: withScheme(url) }
}

function basicAuthOf(user: string | undefined) {
  if (user === undefined) return undefined
  const at = user.indexOf(':')
  return at < 0 ? { username: user, password: '' } : { username: user.slice(0, at), password: user.slice(at + 1) }
}

function withQuery(url: string, query: string): string {
  const [before = '', fragment] = url.split('#')
  const joint = before.includes('?') ? (/[?&]$/.test(before) ? '' : '&') : '?'
  return `${before}${joint}${query}${fragment === undefined ? '' : `#${fragment}`}`
}

type Data = { readonly ok: true; readonly body: string | null } | ReturnType<typeof notPossible>

/** Several of them are joined by `&`, but for --json, whose parts simply follow one another. */
function readData(given: readonly GivenOption[], stdin: string | undefined): Data {
  const parts: string[] = []
  for (const { name, value } of given) {
    const part = name === 'data-urlencode' ? encodedPart(value, stdin) : plainPart(name, value, stdin)
    if (part === undefined) return notPossible('it sends the content of a file')
    parts.push(part)
  }
  if (parts.length === 0) return { ok: true, body: null }
  return { ok: true, body: parts.join(given.every(({ name }) => name === 'json') ? '' : '&') }
}

function plainPart(name: string, value: string, stdin: string | undefined): string | undefined {
  if (name === 'data-raw' || !value.startsWith('@')) return value
  if (value !== '@-' || stdin === undefined) return undefined
  return name === 'data' || name === 'data-ascii' ? stdin.replaceAll(/[\r\n]/g, '') : `${stdin}\n`
}

/** `content`, `=content`, `name=content`; `@file` and `name@file` read one. */
function encodedPart(value: string, stdin: string | undefined): string | undefined {
  const [, name = '', sign, content = value] = /^([^=@]*)([=@])(.*)$/s.exec(value) ?? []
  if (sign === '@' && (content !== '-' || stdin === undefined)) return undefined
  const text = sign === '@' ? `${stdin}\n` : content
  return `${name === '' ? '' : `${name}=`}${encodeURIComponent(text)}`
}

type Headers =
  | { readonly ok: true; readonly headers: readonly (readonly [string, string])[] }
  | ReturnType<typeof notPossible>

/** Headers given by -H come before those that other options or the data imply. */
function readHeaders(options: readonly GivenOption[], data: 'form' | 'json' | undefined): Headers {
  const headers: (readonly [string, string])[] = []
  const removed = new Set<string>()
  const imply = (name: string, value: string): void => {
    const isGiven = headers.some(([given]) => given.toLowerCase() === name.toLowerCase())
    if (!isGiven && !removed.has(name.toLowerCase())) headers.push([name, value])
  }
  for (const { name, value } of options.filter((option) => option.name === 'header')) {
    if (value.startsWith('@')) return notPossible('it reads headers from a file')
    const [, header = '', sign, content = ''] = /^([^:;]+)([:;])(.*)$/s.exec(value) ?? []
    if (header === '') return notPossible(`its option --${name} ${JSON.stringify(value)} is no header`)
    if (sign === ':' && content.trim() === '') removed.add(header.trim().toLowerCase())
    else headers.push([header.trim(), content.trim()])
  }
  const value = (name: string) => options.findLast((option) => option.name === name)?.value
  const cookies = options.filter(({ name }) => name === 'cookie').map((option) => option.value)
  if (cookies.some((cookie) => !cookie.includes('='))) return notPossible('it reads cookies from a file')
  if (cookies.length > 0) imply('Cookie', cookies.join('; '))
  const implied: readonly (readonly [string, string | undefined])[] = [
    ['User-Agent', value('user-agent')],
    ['Referer', value('referer')],
    ['Authorization', value('oauth2-bearer') === undefined ? undefined : `Bearer ${value('oauth2-bearer')}`],
    ['Range', value('range') === undefined ? undefined : `bytes=${value('range')}`],
    ['Content-Type', data === 'json' ? 'application/json' : data && 'application/x-www-form-urlencoded'],
    ['Accept', data === 'json' ? 'application/json' : undefined],
  ]
  for (const [name, content] of implied) if (content) imply(name, content)
  return { ok: true, headers }
}
