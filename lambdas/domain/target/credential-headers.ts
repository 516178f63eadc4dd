/** Headers whose value is a credential whatever it looks like; matched against the name in lower case. */
const CREDENTIAL_HEADERS =
  /^(?:proxy-)?authorization$|^(?:set-)?cookie2?$|secret|passw|token|credential|api-?key|subscription-key|functions-key/
const AUTH_SCHEME = /^(?:Basic|Bearer|Digest|Negotiate|Token|ApiKey)(?= )/i

/** What is shorter is no credential of any worth, and would blot out words of its own. Characters. */
const SHORTEST_CREDENTIAL = 6

export const isCredentialHeader = (name: string): boolean => CREDENTIAL_HEADERS.test(name.toLowerCase())

/** `Basic`, `Bearer` and the like before a credential; undefined where there is none. */
export const authScheme = (value: string): string | undefined => AUTH_SCHEME.exec(value)?.[0]

/**
 * What must be redacted of headers that are credentials by their names, typed in or not: the values without their
 * scheme, the password of a `Basic`, the value of each cookie. Give them to `createRedactor` along with the secrets.
 */
export function credentialsIn(headers: Readonly<Record<string, string>>): readonly string[] {
  const found = Object.entries(headers)
    .filter(([name]) => isCredentialHeader(name))
    .flatMap(([name, value]) => (/cookie/i.test(name) ? cookieValues(value) : partsOfCredential(value)))
  return [...new Set(found)].filter((text) => text.length >= SHORTEST_CREDENTIAL)
}

function partsOfCredential(value: string): readonly string[] {
  const scheme = authScheme(value)
  if (scheme === undefined) return [value.trim()]
  const credential = value.slice(scheme.length).trim()
  if (scheme.toLowerCase() !== 'basic') return [credential]
  const [, ...password] = Buffer.from(credential, 'base64').toString('utf8').split(':')
  return [credential, password.join(':')]
}

const cookieValues = (value: string): readonly string[] =>
  value.split(';').map((pair) => pair.slice(pair.indexOf('=') + 1).trim())
