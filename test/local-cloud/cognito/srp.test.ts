import { createHash, createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { DurableStore } from '../../../local/durable-store.ts'
import { refusal } from '../secrets-manager/served.ts'
import { claimsOf, MINUTE, Password, pool, SECOND, START, setUp, Username, UserPoolId } from './pool.ts'

const WRONG = 'NotAuthorizedException: Incorrect username or password.'

/** RFC 3526, group 15, written out: the client must not share the server's source of it. */
const N = BigInt(
  '0xFFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF',
)

const hex = (number: bigint) => number.toString(16)
const hash = (data: string, encoding: 'hex' | 'utf8') => createHash('sha256').update(data, encoding).digest('hex')
const hmac = (key: Buffer, ...parts: (Buffer | string)[]) =>
  parts.reduce((mac, part) => mac.update(part), createHmac('sha256', key)).digest()

/** `padHex` of the JavaScript client of Cognito. */
function padHex(number: bigint): string {
  const text = hex(number)
  if (text.length % 2 === 1) return `0${text}`
  return '89abcdef'.includes(text[0] ?? '') ? `00${text}` : text
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  for (const bit of exponent.toString(2)) {
    result = (result * result) % N
    if (bit === '1') result = (result * base) % N
  }
  return result
}

type Challenge = Readonly<Record<string, string>>

/** The client's answer to the challenge, step by step as Cognito's JavaScript client computes it. */
function answer(challenge: Challenge, a: bigint, password: string, timestamp: string) {
  const { SRP_B = '', SALT = '', SECRET_BLOCK = '', USER_ID_FOR_SRP = '' } = challenge
  const poolName = UserPoolId.split('_')[1] ?? ''
  const B = BigInt(`0x${SRP_B}`)
  const u = BigInt(`0x${hash(padHex(power(2n, a)) + padHex(B), 'hex')}`)
  const x = BigInt(
    `0x${hash(padHex(BigInt(`0x${SALT}`)) + hash(`${poolName}${USER_ID_FOR_SRP}:${password}`, 'utf8'), 'hex')}`,
  )
  const k = BigInt(`0x${hash(`00${hex(N)}02`, 'hex')}`)
  const S = power((((B - k * power(2n, x)) % N) + N) % N, a + u * x)
  const prk = hmac(Buffer.from(padHex(u), 'hex'), Buffer.from(padHex(S), 'hex'))
  const key = hmac(prk, 'Caldera Derived Key', Buffer.from([1])).subarray(0, 16)
  const signature = hmac(key, poolName, USER_ID_FOR_SRP, Buffer.from(SECRET_BLOCK, 'base64'), timestamp)
  return {
    USERNAME: USER_ID_FOR_SRP,
    PASSWORD_CLAIM_SECRET_BLOCK: SECRET_BLOCK,
    PASSWORD_CLAIM_SIGNATURE: signature.toString('base64'),
    TIMESTAMP: timestamp,
  }
}

async function setUpSrp(given: Parameters<typeof setUp>[0] = {}) {
  const base = await setUp(given)
  const { cognito } = base
  const begin = async (a: bigint, name = Username, ClientId = 'discreet') => {
    const AuthParameters = { USERNAME: name, SRP_A: hex(power(2n, a)) }
    const challenge = await cognito.initiateAuth({ ClientId, AuthFlow: 'USER_SRP_AUTH', AuthParameters })
    expect(challenge.ChallengeName).toBe('PASSWORD_VERIFIER')
    return challenge.ChallengeParameters ?? {}
  }
  const finish = (ChallengeResponses: Record<string, string>, ClientId = 'discreet') =>
    cognito.respondToAuthChallenge({ ClientId, ChallengeName: 'PASSWORD_VERIFIER', ChallengeResponses })
  const signInBySrp = async (password: string, name = Username, a = 0x1234567890abcdef1234567890abcdefn) =>
    finish(answer(await begin(a, name), a, password, 'Sat Nov 21 12:00:00 UTC 2026'))
  return { ...base, begin, finish, signInBySrp }
}

describe('sign-in by SRP', () => {
  it('gives tokens to who proves the password, whatever the padding of the numbers', async () => {
    const { confirmed, signInBySrp } = await setUpSrp()
    const sub = await confirmed()
    for (let a = 2n ** 255n; a < 2n ** 255n + 8n; a++) {
      const { AuthenticationResult } = await signInBySrp(Password, Username, a)
      expect(claimsOf(AuthenticationResult?.AccessToken ?? '').sub).toBe(sub)
    }
  })

  it('follows a change of password', async () => {
    const { cognito, confirmed, signIn, signInBySrp } = await setUpSrp()
    await confirmed()
    const { AccessToken } = await signIn()
    await cognito.changePassword({ AccessToken, PreviousPassword: Password, ProposedPassword: 'Difference-1822' })
    expect(await refusal(signInBySrp(Password))).toBe(WRONG)
    await signInBySrp('Difference-1822')
  })

  it('refuses nobody as it refuses a wrong password, with the same salt each time', async () => {
    const { confirmed, begin, signInBySrp } = await setUpSrp()
    await confirmed()
    expect(await refusal(signInBySrp('Wrong-1843!'))).toBe(WRONG)
    expect(await refusal(signInBySrp(Password, 'nobody@example.com'))).toBe(WRONG)
    const [one, two, somebody] = [
      await begin(5n, 'nobody@example.com'),
      await begin(7n, 'nobody@example.com'),
      await begin(7n),
    ]
    expect([one.SALT, one.USERNAME]).toEqual([two.SALT, two.USERNAME])
    expect(one.SRP_B).not.toBe(two.SRP_B)
    expect(Object.keys(one)).toEqual(Object.keys(somebody))
  })

  it('counts towards the lockout', async () => {
    const { clock, confirmed, signIn, signInBySrp } = await setUpSrp()
    await confirmed()
    for (let failures = 1; failures <= 5; failures++) expect(await refusal(signInBySrp('Wrong-1843!'))).toBe(WRONG)
    expect(await refusal(signInBySrp(Password))).toBe('NotAuthorizedException: Password attempts exceeded')
    expect(await refusal(signIn())).toBe('NotAuthorizedException: Password attempts exceeded')
    await clock.moveTo(START + SECOND)
    await signInBySrp(Password)
  })

  it('refuses an unconfirmed user', async () => {
    const { signUp, signInBySrp } = await setUpSrp()
    await signUp()
    expect(await refusal(signInBySrp(Password))).toBe('UserNotConfirmedException: User is not confirmed.')
  })

  it('takes one answer to a challenge, within three minutes, from the same client', async () => {
    const { clock, confirmed, begin, finish } = await setUpSrp()
    await confirmed()
    const expired = 'NotAuthorizedException: Invalid session for the user, session is expired.'
    const once = answer(await begin(11n), 11n, Password, 'now')
    await finish(once)
    expect(await refusal(finish(once))).toBe(expired)
    expect(await refusal(finish(answer(await begin(11n), 11n, Password, 'now'), 'talkative'))).toBe(expired)
    const late = answer(await begin(11n), 11n, Password, 'now')
    await clock.moveTo(START + 3 * MINUTE)
    expect(await refusal(finish(late))).toBe(expired)
  })

  it.each(['0', hex(N), hex(2n * N), 'xyz'])(
    'refuses the client value %.8s, which would give the secret away',
    async (SRP_A) => {
      const { cognito, confirmed } = await setUpSrp()
      await confirmed()
      const AuthParameters = { USERNAME: Username, SRP_A }
      const init = cognito.initiateAuth({ ClientId: 'discreet', AuthFlow: 'USER_SRP_AUTH', AuthParameters })
      expect(await refusal(init)).toMatch(/^InvalidParameterException/)
    },
  )

  it('becomes possible after a sign-in by password when the pool did not allow it before', async () => {
    const store = new DurableStore(':memory:')
    const flows = ['ALLOW_USER_PASSWORD_AUTH']
    const without = { ...pool, clients: pool.clients.map((client) => ({ ...client, authFlows: flows })) }
    const before = await setUpSrp({ store, pools: [without] })
    await before.confirmed()
    expect(await refusal(before.begin(5n))).toBe(
      'InvalidParameterException: USER_SRP_AUTH flow not enabled for this client',
    )
    const { signIn, signInBySrp } = await setUpSrp({ store })
    expect(await refusal(signInBySrp(Password))).toBe(WRONG)
    await signIn()
    await signInBySrp(Password)
  })
})
