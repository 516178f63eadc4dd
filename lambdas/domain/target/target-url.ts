import { type Cidr, coversLoopback, isAllowedAddress } from './address-policy.ts'
import { isBadPort } from './bad-ports.ts'
import { parseTemplatedUrl, type TemplatedUrl } from './templated-url.ts'

/** What may be called beyond the public internet, and what may not be called although public. */
export interface TargetUrlPolicy {
  /** Address ranges that may be reached although they are not public. */
  readonly allowCidrs?: readonly Cidr[]
  /** Hosts of our own API, as `host` or `host:port`: a job that calls Punctual could call itself for ever. */
  readonly ownHosts?: readonly string[]
}

export type CheckedTargetUrl =
  | { readonly ok: true; readonly url: URL; readonly templated: TemplatedUrl }
  | { readonly ok: false; readonly problem: string }

/** Names that mean something only inside a machine or a network (RFC 6761, RFC 6762, RFC 8375). */
const INTERNAL_SUFFIXES = ['.localhost', '.local', '.internal', '.localdomain', '.home.arpa']

/**
 * Everything that can be known about a target URL without resolving its name: the WHATWG parser reads it once, and
 * scheme, userinfo, port and host are judged on what it read. `{{secrets.NAME}}` may stand in the path and in query
 * values; `url` then shows a plain word in its place.
 */
export function checkTargetUrl(text: string, policy: TargetUrlPolicy = {}): CheckedTargetUrl {
  const written = spellingProblem(text)
  if (written) return { ok: false, problem: written }
  const parsed = parseTemplatedUrl(text)
  if (!parsed.ok) return parsed
  const { templated } = parsed
  const problem = urlProblem(templated.url, policy)
  return problem ? { ok: false, problem } : { ok: true, url: templated.url, templated }
}

/** The same judgement on a URL that is parsed already: a filled-in target, the next hop of a redirect. */
export function urlProblem(url: URL, policy: TargetUrlPolicy = {}): string | undefined {
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return `has the scheme "${url.protocol.slice(0, -1)}"; only https and http can be called.`
  if (url.username !== '' || url.password !== '')
    return 'has a user name or password before the host; use auth instead.'
  if (isBadPort(effectivePort(url)))
    return `has port ${effectivePort(url)}, which belongs to another protocol than HTTP.`
  return ownHostProblem(url, policy.ownHosts ?? []) ?? hostProblem(url, policy.allowCidrs ?? [])
}

/** The port that a connection to this URL uses. */
export function effectivePort(url: URL): number {
  if (url.port !== '') return Number(url.port)
  return url.protocol === 'https:' ? 443 : 80
}

/** The host without the dot that may end a complete name. */
export function hostName(url: URL): string {
  return url.hostname.endsWith('.') ? url.hostname.slice(0, -1) : url.hostname
}

/** The IP address that stands in the URL, without brackets; undefined when it has a name. */
export function addressLiteral(url: URL): string | undefined {
  if (url.hostname.startsWith('[')) return url.hostname.slice(1, -1)
  return /^\d+\.\d+\.\d+\.\d+$/.test(url.hostname) ? url.hostname : undefined
}

function spellingProblem(text: string): string | undefined {
  // The parser would silently drop these, and what is called would not be what was written.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u001f\u007f]|^ | $/.test(text)) return 'has a control character or a space at its ends.'
  if (!/^https?:\/\//i.test(text) && !text.startsWith('{{')) {
    const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]
    return scheme
      ? `has the scheme "${scheme}"; only https and http can be called.`
      : 'must begin with https:// or http://.'
  }
  return undefined
}

function hostProblem(url: URL, allowCidrs: readonly Cidr[]): string | undefined {
  const literal = addressLiteral(url)
  if (literal !== undefined)
    return isAllowedAddress(literal, allowCidrs) ? undefined : `leads to ${literal}, which is not a public address.`
  const name = hostName(url)
  if (name === 'localhost' || name.endsWith('.localhost'))
    return coversLoopback(allowCidrs) ? undefined : `has the host "${name}", which is not public.`
  if (!name.includes('.')) return `has the host "${name}"; a public name has a dot, such as api.example.com.`
  if (INTERNAL_SUFFIXES.some((suffix) => name.endsWith(suffix))) return `has the host "${name}", which is not public.`
  return isHostName(name) ? undefined : `has the host "${name}", which is not a valid name.`
}

/** RFC 1035, section 2.3.4 for the lengths; underscores are allowed because such names exist and resolve. */
function isHostName(name: string): boolean {
  return name.length <= 253 && name.split('.').every((label) => /^[a-z0-9_-]{1,63}$/.test(label))
}

function ownHostProblem(url: URL, ownHosts: readonly string[]): string | undefined {
  const host = hostName(url)
  const spellings = [host, `${host}:${effectivePort(url)}`]
  return ownHosts.some((own) => spellings.includes(own.toLowerCase()))
    ? "is Punctual's own address; a job that calls it could call itself for ever."
    : undefined
}
