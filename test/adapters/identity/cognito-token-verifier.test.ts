import { createSign, generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { cognitoTokenVerifier } from '../../../lambdas/adapters/identity/cognito-token-verifier.ts'
import type { TokenVerifier } from '../../../lambdas/ports/token-verifier.ts'
import { portOf } from '../../../local/wire-server.ts'
import { anyText } from '../../support/any-text.ts'

const userPoolId = 'us-east-1_Test00000'
const clientId = 'client-1'
const issuer = `https://cognito-idp.us-east-1.amazonaws.com/${userPoolId}`

const ours = generateKeyPairSync('rsa', { modulusLength: 2048 })
const theirs = generateKeyPairSync('rsa', { modulusLength: 2048 })
const jwks = JSON.stringify({
  keys: [{ ...ours.publicKey.export({ format: 'jwk' }), kid: 'key-1', use: 'sig', alg: 'RS256' }],
})

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds

const claims = {
  sub: 'user-1',
  username: 'user-1',
  iss: issuer,
  client_id: clientId,
  token_use: 'access',
  exp: inSeconds(900),
  iat: inSeconds(0),
  auth_time: inSeconds(-60),
  origin_jti: 'session-1',
}

function tokenOf(payload: object = claims, { key = ours.privateKey, header = {} } = {}): string {
  const signed = `${base64url({ alg: 'RS256', kid: 'key-1', ...header })}.${base64url(payload)}`
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(key).toString('base64url')}`
}

/** A token whose header names another algorithm than it is signed with, or none. */
const unsigned = `${base64url({ alg: 'none', kid: 'key-1' })}.${base64url(claims)}.`

describe('cognitoTokenVerifier', () => {
  let answer: { status: number; body: string }
  let paths: (string | undefined)[]
  let broken: number
  const server = createServer((request, response) => {
    paths.push(request.url)
    const status = broken-- > 0 ? 503 : answer.status
    response.writeHead(status, { 'content-type': 'application/json' }).end(answer.body)
  })
  let endpoint: string
  let verifier: TokenVerifier

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    endpoint = `http://127.0.0.1:${portOf(server)}`
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  beforeEach(() => {
    answer = { status: 200, body: jwks }
    paths = []
    broken = 0
    verifier = cognitoTokenVerifier({ userPoolId, clientId, endpoint })
  })

  it('knows the caller from an access token', async () => {
    const token = tokenOf()
    expect(await verifier.verify(token)).toEqual({
      kind: 'user',
      tenant: 'user-1',
      username: 'user-1',
      role: 'USER',
      accessToken: token,
      session: { id: 'session-1', startedAt: claims.auth_time * 1000 },
    })
  })

  it.each([
    [['admin'], 'ADMIN'],
    [['other', 'admin'], 'ADMIN'],
    [['administrators'], 'USER'],
    [[], 'USER'],
  ])('gives a member of %j the role %s', async (groups, role) => {
    expect(await verifier.verify(tokenOf({ ...claims, 'cognito:groups': groups }))).toMatchObject({ role })
  })

  it('reads the keys once, at the configured endpoint', async () => {
    await Promise.all([1, 2, 3].map(() => verifier.verify(tokenOf())))
    await verifier.verify(tokenOf())
    expect(paths).toEqual([`/${userPoolId}/.well-known/jwks.json`])
  })

  it('knows a token again without the keys, whoever it was made for, until it expires', async () => {
    const real = Date.now
    const token = tokenOf({ ...claims, 'cognito:groups': ['admin'] })
    const lasting = cognitoTokenVerifier({ userPoolId, clientId, endpoint, clock: () => Date.now() })
    const first = await lasting.verify(token)
    expect(await lasting.verify(token)).toEqual(first)
    expect(first).toMatchObject({ tenant: 'user-1', role: 'ADMIN', accessToken: token })
    try {
      Date.now = () => claims.exp * 1000
      expect(await lasting.verify(token)).toEqual(first)
      Date.now = () => claims.exp * 1000 + 1
      expect(await lasting.verify(token)).toBeUndefined()
    } finally {
      Date.now = real
    }
  })

  it('takes nothing that differs from a token that it knows, be it in a character', async () => {
    const token = tokenOf()
    const [header, payload, signature = ''] = token.split('.')
    await verifier.verify(token)
    const altered = [
      `${token}A`,
      token.slice(0, -1),
      `${header}.${base64url({ ...claims, sub: 'user-2' })}.${signature}`,
      `${header}.${payload}.`,
      `${base64url({ alg: 'none', kid: 'key-1' })}.${payload}.${signature}`,
    ]
    for (const text of altered) expect(await verifier.verify(text), text).toBeUndefined()
  })

  it('spends less than half the processor time on a token that it knows', async () => {
    const round = (name: string) => Array.from({ length: 100 }, (_, n) => tokenOf({ ...claims, jti: `${name}-${n}` }))
    const costOf = async (tokens: readonly string[]) => {
      const before = process.threadCpuUsage()
      for (const token of tokens) await verifier.verify(token)
      return process.threadCpuUsage(before).user
    }
    const rounds = ['warm', 'one', 'two', 'three'].map(round)
    const [first, again] = [[] as number[], [] as number[]]
    for (const tokens of rounds) {
      first.push(await costOf(tokens))
      again.push(await costOf(tokens))
    }
    expect(Math.min(...again) * 2).toBeLessThan(Math.min(...first))
  })

  it.each<[string, string]>([
    ['has expired', tokenOf({ ...claims, exp: inSeconds(-1) })],
    ['is of another client', tokenOf({ ...claims, client_id: 'client-2' })],
    ['is of another pool', tokenOf({ ...claims, iss: `${issuer}x` })],
    ['is an id token', tokenOf({ ...claims, token_use: 'id', aud: clientId })],
    ['is signed with another key', tokenOf(claims, { key: theirs.privateKey })],
    ['names an unknown key', tokenOf(claims, { header: { kid: 'key-2' } })],
    ['names no key', tokenOf(claims, { header: { kid: undefined } })],
    ['has no signature', unsigned],
    ['has a secret in place of a key', tokenOf(claims, { header: { alg: 'HS256' } })],
    ['was altered', tokenOf().replace(/\.[^.]+\./, `.${base64url({ ...claims, sub: 'user-2' })}.`)],
    ['has no payload', tokenOf().replace(/\.[^.]+\./, '..')],
    ['is empty', ''],
  ])('knows nobody from a token that %s', async (_what, token) => {
    expect(await verifier.verify(token)).toBeUndefined()
  })

  it('knows nobody from any other text, and never throws', async () => {
    const part = fc.oneof(
      fc.string(),
      fc.json().map((json) => Buffer.from(json).toString('base64url')),
    )
    const texts = fc.oneof(
      anyText(),
      fc.array(part, { maxLength: 4 }).map((parts) => parts.join('.')),
    )
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        expect(await verifier.verify(text)).toBeUndefined()
      }),
    )
  })

  it('goes on knowing good tokens while bad ones come in', async () => {
    await verifier.verify(tokenOf(claims, { header: { kid: 'key-2' } }))
    await verifier.verify(tokenOf(claims, { header: { kid: 'key-3' } }))
    expect(await verifier.verify(tokenOf())).toMatchObject({ tenant: 'user-1' })
  })

  it.each([
    ['answers with an error', { status: 500, body: '{}' }],
    ['answers with an error and keys', { status: 500, body: jwks }],
    ['answers with no keys', { status: 200, body: '{"message":"?"}' }],
    ['answers with no JSON', { status: 200, body: '<html>' }],
  ])('is unavailable, rather than refusing, when the place of the keys %s', async (_what, wrong) => {
    answer = wrong
    await expect(verifier.verify(tokenOf())).rejects.toMatchObject({
      code: 'unavailable',
      message: 'Tokens cannot be verified right now; try again.',
      retryAfterSeconds: 5,
      cause: expect.any(Error),
    })
    answer = { status: 200, body: jwks }
    expect(await verifier.verify(tokenOf())).toMatchObject({ tenant: 'user-1' })
  })

  it('tells with which status the place of the keys answered', async () => {
    answer = { status: 503, body: '' }
    await expect(verifier.verify(tokenOf())).rejects.toMatchObject({
      cause: { message: expect.stringContaining('status 503') },
    })
  })

  it('asks for the keys once more before it is unavailable', async () => {
    broken = 1
    expect(await verifier.verify(tokenOf())).toMatchObject({ tenant: 'user-1' })
    expect(paths).toHaveLength(2)
  })

  it('is unavailable when nothing answers at the place of the keys', async () => {
    const nowhere = cognitoTokenVerifier({ userPoolId, clientId, endpoint: 'http://127.0.0.1:9' })
    await expect(nowhere.verify(tokenOf())).rejects.toMatchObject({
      code: 'unavailable',
      cause: { message: expect.stringContaining(`http://127.0.0.1:9/${userPoolId}/.well-known/jwks.json`) },
    })
  })
})
