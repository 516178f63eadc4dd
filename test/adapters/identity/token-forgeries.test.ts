import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bearerVerifier } from '../../../lambdas/adapters/identity/bearer-verifier.ts'
import { cognitoTokenVerifier } from '../../../lambdas/adapters/identity/cognito-token-verifier.ts'
import { schedulesFunction } from '../../../lambdas/api/schedules.ts'
import type { SessionEnd } from '../../../lambdas/domain/account/session-end.ts'
import { portOf } from '../../../local/wire-server.ts'
import { callApi, memoryLog } from '../../support/call-api.ts'
import { testDoor } from '../../support/door.ts'
import { type ForgersKit, goodClaims, goodToken, tokenForgeries } from '../../support/token-forgeries.ts'

const userPoolId = 'us-east-1_Test00000'
const pool = generateKeyPairSync('rsa', { modulusLength: 2048 })
const kit: ForgersKit = {
  issuer: `https://cognito-idp.us-east-1.amazonaws.com/${userPoolId}`,
  clientId: 'client-1',
  kid: 'key-1',
  ...pool,
  foreignKey: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
  foreignCurveKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  now: Math.floor(Date.now() / 1000),
}
const forgeries = tokenForgeries(kit)
const jwks = JSON.stringify({
  keys: [{ ...pool.publicKey.export({ format: 'jwk' }), kid: kit.kid, use: 'sig', alg: 'RS256' }],
})

/** The verifiers that every function has, over a pool whose keys are ours, behind a real function. */
describe('of all forged tokens', () => {
  const served = { status: 200, asked: 0 }
  const server = createServer((_request, response) => {
    served.asked++
    response.writeHead(served.status).end(jwks)
  })
  const ends = new Map<string, SessionEnd>()
  const log = memoryLog()
  let open: () => ReturnType<typeof schedulesFunction>
  let handler: ReturnType<typeof schedulesFunction>

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const endpoint = `http://127.0.0.1:${portOf(server)}`
    open = () => {
      const accessTokens = cognitoTokenVerifier({ userPoolId, clientId: kit.clientId, endpoint })
      const sessions = { find: async (tenant: string) => ends.get(tenant) }
      const keys = { verify: async () => undefined }
      const door = testDoor({ log, sessions, tokens: bearerVerifier({ accessTokens, keys }) })
      return schedulesFunction({ ...door, clock: Date.now, tzVersion: '2027a' })
    }
    handler = open()
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  const ask = (token: string, by = handler) =>
    callApi(by, {
      route: 'POST /api/schedules/preview',
      body: { cronExpression: '@daily' },
      headers: { authorization: `Bearer ${token}` },
    })

  it('the good one, which they are made from, is let in', async () => {
    expect(await ask(goodToken(kit))).toMatchObject({ status: 200 })
  })

  it('there are more than thirty, each another text', () => {
    expect(new Set(forgeries.values()).size).toBe(forgeries.size)
    expect(forgeries.size).toBeGreaterThan(70)
  })

  it.each([...forgeries])('%s is refused', async (_name, token) => {
    expect(await ask(token)).toMatchObject({ status: 401, body: { type: '/problems/unauthenticated' } })
  })

  it('none is let in by a function that has seen no good token, nor while the keys cannot be read', async () => {
    served.status = 500
    const cold = open()
    const answers = await Promise.all([goodToken(kit), ...forgeries.values()].map((token) => ask(token, cold)))
    served.status = 200
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401, 503]))
    expect(answers[0]).toMatchObject({ status: 503, headers: { 'retry-after': '5' } })
    expect(await ask(goodToken(kit), cold)).toMatchObject({ status: 200 })
  })

  it('one of a session that was ended is refused, whichever token of it', async () => {
    const claims = goodClaims(kit)
    ends.set(claims.sub, { endedAt: Date.now(), by: claims.origin_jti })
    for (const iat of [claims.iat, kit.now]) {
      expect(await ask(goodToken(kit, { ...claims, iat, jti: `token-${iat}` }))).toMatchObject({ status: 401 })
    }
    ends.delete(claims.sub)
    expect(await ask(goodToken(kit))).toMatchObject({ status: 200 })
  })

  it('none makes the function ask for keys again and again', async () => {
    const before = served.asked
    for (const token of forgeries.values()) await ask(token)
    expect(served.asked - before).toBeLessThan(10)
  })

  it('none is a bug', () => {
    expect(log.lines.filter(({ level }) => level === 'error')).toEqual([])
  })
})
