import type { OptionEffects } from './command-call.ts'
import type { OptionTable } from './options.ts'

/** curl(1). An option that is in none of these lists is refused: nothing is passed over unseen. */
const SHORT = {
  X: 'request',
  H: 'header',
  d: 'data',
  u: 'user',
  m: 'max-time',
  L: 'location',
  f: 'fail',
  o: 'output',
  s: 'silent',
  S: 'show-error',
  A: 'user-agent',
  e: 'referer',
  b: 'cookie',
  G: 'get',
  I: 'head',
  i: 'include',
  k: 'insecure',
  v: 'verbose',
  w: 'write-out',
  O: 'remote-name',
  F: 'form',
  T: 'upload-file',
  K: 'config',
  x: 'proxy',
  E: 'cert',
  c: 'cookie-jar',
  r: 'range',
  q: 'disable',
  N: 'no-buffer',
  g: 'globoff',
  '4': 'ipv4',
  '6': 'ipv6',
  '0': 'http1.0',
  '#': 'progress-bar',
  D: 'dump-header',
} as const

const words = (text: string): readonly string[] => text.split(' ')

const EFFECTIVE =
  'request header data data-ascii data-raw data-binary data-urlencode json user max-time user-agent referer cookie url ' +
  'oauth2-bearer retry retry-delay range'
const IGNORED_VALUES = 'output write-out connect-timeout stderr max-redirs retry-max-time dump-header keepalive-time'
const EFFECTIVE_FLAGS = 'location fail fail-with-body get head'
const IGNORED_FLAGS =
  'silent show-error include verbose no-buffer globoff ipv4 ipv6 http1.0 http1.1 http2 compressed no-progress-meter ' +
  'progress-bar disable basic retry-connrefused retry-all-errors no-keepalive tlsv1.2 tlsv1.3'

/** What of it a job cannot have, and what it loses. */
export const CURL_EFFECTS: OptionEffects = {
  warned: {
    insecure: 'It took any certificate (-k); Punctual checks certificates, so that a wrong one fails the run.',
    'remote-name': 'The answer is no longer saved to a file; the record of each run has it.',
    'cookie-jar': 'Cookies are no longer saved to a file.',
    'location-trusted': 'Credentials are not sent to other hosts that a redirect leads to.',
  },
  refused: {
    form: 'it sends a multipart form (-F)',
    'form-string': 'it sends a multipart form',
    'upload-file': 'it sends a file (-T)',
    config: 'it reads its options from a file (-K)',
    proxy: 'it calls through a proxy (-x)',
    cert: 'it has a client certificate (-E)',
    key: 'it has a client certificate (--key)',
    cacert: 'it trusts a certificate authority of its own (--cacert)',
    resolve: 'it resolves the name itself (--resolve)',
    'connect-to': 'it connects elsewhere (--connect-to)',
    'unix-socket': 'it calls through a socket of the machine',
    interface: 'it binds to an interface of the machine',
    next: 'it makes several calls (--next)',
    digest: 'it uses digest authentication',
    ntlm: 'it uses NTLM authentication',
    negotiate: 'it uses Negotiate authentication',
    anyauth: 'it negotiates the authentication',
    netrc: 'it reads credentials from ~/.netrc',
  },
}
const REFUSED_FLAGS = 'next digest ntlm negotiate anyauth netrc'
const WARNED_FLAGS = 'insecure remote-name location-trusted'

export const CURL_OPTIONS: OptionTable = {
  short: { ...SHORT, n: 'netrc' },
  values: new Set([
    ...words(`${EFFECTIVE} ${IGNORED_VALUES} cookie-jar`),
    ...Object.keys(CURL_EFFECTS.refused).filter((name) => !words(REFUSED_FLAGS).includes(name)),
  ]),
  flags: new Set(words(`${EFFECTIVE_FLAGS} ${IGNORED_FLAGS} ${WARNED_FLAGS} ${REFUSED_FLAGS}`)),
}
