import { createHmac, createSign, type KeyObject, sign as signBytes } from 'node:crypto'

/** What is needed to forge tokens that look like a pool's: its name and client, and keys that are and are not its own. */
export type ForgersKit = {
  readonly issuer: string
  readonly clientId: string
  readonly kid: string
  /** Of the pool. */
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  /** Of the forger: RSA and P-256. */
  readonly foreignKey: KeyObject
  readonly foreignCurveKey: KeyObject
  /** Epoch seconds. */
  readonly now: number
}

type Fields = Readonly<Record<string, unknown>>

export const base64url = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

const rs256 = (key: KeyObject) => (text: string) =>
  createSign('RSA-SHA256').update(text).sign(key).toString('base64url')

/** Claims of a good token; each forgery spoils something. */
export const goodClaims = ({ issuer, clientId, now }: ForgersKit) => ({
  sub: '00000000-0000-4000-8000-000000000001',
  username: '00000000-0000-4000-8000-000000000001',
  iss: issuer,
  client_id: clientId,
  token_use: 'access',
  scope: 'aws.cognito.signin.user.admin',
  auth_time: now - 60,
  iat: now - 60,
  exp: now + 840,
  jti: 'token-1',
  origin_jti: 'session-1',
})

/** A token of these claims, signed by the pool. */
export function goodToken(kit: ForgersKit, claims: Fields = goodClaims(kit), header: Fields = {}): string {
  const text = `${base64url({ alg: 'RS256', kid: kit.kid, ...header })}.${base64url(claims)}`
  return `${text}.${rs256(kit.privateKey)(text)}`
}

/** Every way of ours to make a token that must open nothing, by name. */
export function tokenForgeries(kit: ForgersKit): ReadonlyMap<string, string> {
  return new Map(Object.entries({ ...algorithms(kit), ...keys(kit), ...claims(kit), ...texts(kit) }))
}

const spoiled = (kit: ForgersKit, changes: Fields) => goodToken(kit, { ...goodClaims(kit), ...changes })

function algorithms(kit: ForgersKit): Readonly<Record<string, string>> {
  const payload = base64url(goodClaims(kit))
  const made = (header: Fields, sign: (text: string) => string) => {
    const text = `${base64url({ kid: kit.kid, ...header })}.${payload}`
    return `${text}.${sign(text)}`
  }
  const hmac = (secret: string) => (text: string) => createHmac('sha256', secret).update(text).digest('base64url')
  const pem = kit.publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const jwk = kit.publicKey.export({ format: 'jwk' })
  const signed = (hash: string) => (text: string) =>
    signBytes(hash, Buffer.from(text), kit.foreignKey).toString('base64url')
  const [, , signature = ''] = goodToken(kit).split('.')
  return {
    'no algorithm': made({ alg: 'none' }, () => ''),
    'no algorithm, in capitals': made({ alg: 'NONE' }, () => ''),
    'no algorithm, in mixed case': made({ alg: 'nOnE' }, () => ''),
    'no algorithm, with the signature of a good token': made({ alg: 'none' }, () => signature),
    'no algorithm named at all': made({}, rs256(kit.privateKey)),
    'an algorithm that is no text': made({ alg: ['RS256'] }, rs256(kit.privateKey)),
    'HS256 with the public key as PEM': made({ alg: 'HS256' }, hmac(pem)),
    'HS256 with the public key as PEM, cut at its end': made({ alg: 'HS256' }, hmac(pem.trim())),
    'HS256 with the public key as JWK': made({ alg: 'HS256' }, hmac(JSON.stringify(jwk))),
    'HS256 with the modulus': made({ alg: 'HS256' }, hmac(String(jwk.n))),
    'HS256 with an empty secret': made({ alg: 'HS256' }, hmac('')),
    'HS256 with the id of the key': made({ alg: 'HS256' }, hmac(kit.kid)),
    'RS512 in place of RS256': made({ alg: 'RS512' }, signed('sha512')),
    'RS256 named, RS512 signed': made({ alg: 'RS256' }, signed('sha512')),
    'ES256 with a key of the forger': made({ alg: 'ES256' }, (text) =>
      signBytes('sha256', Buffer.from(text), { key: kit.foreignCurveKey, dsaEncoding: 'ieee-p1363' }).toString(
        'base64url',
      ),
    ),
    'a critical extension, signed by the forger': made({ alg: 'RS256', crit: ['exp'] }, rs256(kit.foreignKey)),
    'an unencoded payload': made({ alg: 'RS256', b64: false, crit: ['b64'] }, rs256(kit.foreignKey)),
  }
}

function keys(kit: ForgersKit): Readonly<Record<string, string>> {
  const foreign = (header: Fields, key = kit.foreignKey) => {
    const text = `${base64url({ alg: 'RS256', kid: kit.kid, ...header })}.${base64url(goodClaims(kit))}`
    return `${text}.${rs256(key)(text)}`
  }
  return {
    "the forger's key under the pool's id": foreign({}),
    "the forger's key in jwk": foreign({ jwk: kit.publicKey.export({ format: 'jwk' }) }),
    "the forger's key in jwk, without an id": foreign({ kid: undefined, jwk: kit.publicKey.export({ format: 'jwk' }) }),
    "the forger's key at jku": foreign({ jku: 'https://forger.example.com/jwks.json' }),
    "the forger's certificate at x5u": foreign({ x5u: 'https://forger.example.com/chain.pem' }),
    "the forger's certificate in x5c": foreign({ x5c: ['MIIB'] }),
    'an unknown key id': goodToken(kit, goodClaims(kit), { kid: 'unknown' }),
    'no key id': goodToken(kit, goodClaims(kit), { kid: undefined }),
    'an empty key id': goodToken(kit, goodClaims(kit), { kid: '' }),
    'a key id of null': goodToken(kit, goodClaims(kit), { kid: null }),
    'a key id that is a list': goodToken(kit, goodClaims(kit), { kid: [kit.kid] }),
    'a key id that leads out of its folder': foreign({ kid: '../../../../dev/null' }),
    'a key id that is a query': foreign({ kid: "' UNION SELECT 'key" }),
    'a key id of every object': foreign({ kid: '__proto__' }),
  }
}

function claims(kit: ForgersKit): Readonly<Record<string, string>> {
  const { issuer, clientId, now } = kit
  return {
    'another pool': spoiled(kit, { iss: `${issuer.slice(0, -1)}X` }),
    'an issuer with a slash at its end': spoiled(kit, { iss: `${issuer}/` }),
    'an issuer without TLS': spoiled(kit, { iss: issuer.replace('https:', 'http:') }),
    'an issuer in capitals': spoiled(kit, { iss: issuer.toUpperCase() }),
    'an issuer of the same end': spoiled(kit, {
      iss: `https://forger.example.com/${issuer.slice(issuer.lastIndexOf('/') + 1)}`,
    }),
    'a list of issuers': spoiled(kit, { iss: [issuer] }),
    'no issuer': spoiled(kit, { iss: undefined }),
    'another client': spoiled(kit, { client_id: 'another-client' }),
    'another client, with ours as audience': spoiled(kit, { client_id: 'another-client', aud: clientId }),
    'a list of clients': spoiled(kit, { client_id: ['another-client', clientId] }),
    'no client': spoiled(kit, { client_id: undefined }),
    'an id token': spoiled(kit, { token_use: 'id', aud: clientId }),
    'a use in capitals': spoiled(kit, { token_use: 'ACCESS' }),
    'a list of uses': spoiled(kit, { token_use: ['access'] }),
    'no use': spoiled(kit, { token_use: undefined }),
    'an expired token': spoiled(kit, { exp: now - 1 }),
    'an expiry as text': spoiled(kit, { exp: String(now + 840) }),
    'a negative expiry': spoiled(kit, { exp: -1 }),
    'a token that is not valid yet': spoiled(kit, { nbf: now + 600 }),
    'a beginning as text': spoiled(kit, { nbf: 'tomorrow' }),
  }
}

function texts(kit: ForgersKit): Readonly<Record<string, string>> {
  const good = goodToken(kit)
  const [header = '', payload = '', signature = ''] = good.split('.')
  const other = goodToken(kit, { ...goodClaims(kit), jti: 'token-2' }).split('.')[2] ?? ''
  const forged = base64url({ ...goodClaims(kit), sub: 'somebody-else', username: 'somebody-else' })
  const twice = base64url(JSON.stringify(goodClaims(kit)).replace('{', '{"sub":"somebody-else",'))
  const admin = base64url({ ...goodClaims(kit), 'cognito:groups': ['admin'] })
  return {
    'another subject': `${header}.${forged}.${signature}`,
    'a subject twice': `${header}.${twice}.${signature}`,
    'a group more': `${header}.${admin}.${signature}`,
    'the signature of another token': `${header}.${payload}.${other}`,
    'a signature with one character changed': `${header}.${payload}.${signature[0] === 'A' ? 'B' : 'A'}${signature.slice(1)}`,
    'a signature cut short': `${header}.${payload}.${signature.slice(0, -8)}`,
    'a signature with more behind it': `${header}.${payload}.${signature}AAAA`,
    'an empty signature': `${header}.${payload}.`,
    'no signature': `${header}.${payload}`,
    'an empty payload': `${header}..${signature}`,
    'an empty header': `.${payload}.${signature}`,
    'nothing but dots': '..',
    'a part too many': `${good}.${signature}`,
    'five parts, as of an encrypted token': `${header}.${payload}.${signature}.${payload}.${signature}`,
    'a header that is no JSON': `${base64url('RS256')}.${payload}.${signature}`,
    'a header that is a list': `${base64url([])}.${payload}.${signature}`,
    'a header of null': `${base64url('null')}.${payload}.${signature}`,
    'a payload that is no JSON': `${header}.${base64url('sub')}.${signature}`,
    'a payload of null': `${header}.${base64url('null')}.${signature}`,
    'a payload that is a list': `${header}.${base64url([goodClaims(kit)])}.${signature}`,
    'a payload of 100 KB': `${header}.${base64url({ ...goodClaims(kit), padding: 'a'.repeat(100_000) })}.${signature}`,
    'a header of 100 KB': `${base64url({ alg: 'RS256', kid: 'a'.repeat(100_000) })}.${payload}.${signature}`,
    'a good token in quotes': `"${good}"`,
    'a good token behind a blank': ` ${good}`,
    'a good token before a line break': `${good}\n`,
    'two good tokens': `${good},${good}`,
    'a NUL in it': `${header}.${payload}\0.${signature}`,
  }
}
