/** Names of headers whose values say who is calling. */
const CREDENTIAL_NAME = /authorization|cookie|token|secret|password|signature|api[-_]?key|auth[-_]?key|access[-_]?key/i

/** A shorter value says nothing, and would be found in every answer. */
const SHORTEST = 8

/**
 * Credentials that a job has typed into its headers instead of keeping them as secrets. A target that sends them back is
 * to find them redacted like secrets.
 * @param headers as they are sent.
 */
export function literalCredentials(headers: Readonly<Record<string, string>>): readonly string[] {
  const values = Object.entries(headers)
    .filter(([name]) => CREDENTIAL_NAME.test(name))
    .flatMap(([name, value]) => [value, ...partsOf(name.toLowerCase(), value)])
  return [...new Set(values.map((value) => value.trim()).filter((value) => value.length >= SHORTEST))]
}

function partsOf(name: string, value: string): readonly string[] {
  if (name === 'cookie') return value.split(';').map((pair) => pair.slice(pair.indexOf('=') + 1))
  const [, scheme, credentials] = /^(\S+) +(\S.*)$/.exec(value) ?? []
  if (scheme === undefined || credentials === undefined) return []
  if (scheme.toLowerCase() !== 'basic') return [credentials]
  const pair = Buffer.from(credentials, 'base64').toString('utf8')
  return [credentials, pair.slice(pair.indexOf(':') + 1)]
}
