import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../local/free-port.ts'
import { until } from '../support/api-client.ts'
import { mends } from './deviations.ts'
import { MiniStackClient } from './ministack-client.ts'
import { endGroup, startGroup } from './processes.ts'

/** What pip installs. Without `cryptography`, MiniStack signs its tokens with rubbish. */
export const MINISTACK_REQUIREMENTS = ['ministack==1.5.33', 'cryptography==50.0.2'] as const

/** Dummy keys; they are the emulator's root user. */
export const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' } as const
const CREDENTIALS_ENVIRONMENT = {
  AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
}
export const REGION = 'eu-west-1'
export const ACCOUNT = '000000000000'

const START = fileURLToPath(new URL('mended_ministack.py', import.meta.url))

export type MiniStack = {
  readonly endpoint: string
  readonly client: MiniStackClient
  /** What an AWS tool needs in its environment to use it. */
  readonly environment: Readonly<Record<string, string>>
  stop(): void
}

/**
 * Starts MiniStack as strict as it can be: over TLS, with signatures and IAM policies checked. It listens on loopback only
 * and keeps everything in `folder`.
 */
export async function startMiniStack(python: string, folder: string): Promise<MiniStack> {
  const port = await freePort()
  const log = openSync(join(folder, 'ministack.log'), 'w')
  const child = startGroup(python, [START, ...mends], {
    cwd: folder,
    env: environmentOf(port, folder),
    // It reads nothing, but notices when nobody holds the other end any more.
    stdio: ['pipe', log, log],
  })
  closeSync(log)
  const endpoint = `https://127.0.0.1:${port}`
  const certificate = join(folder, 'ministack-tls', 'server.crt')
  const client = await until('MiniStack', async () => {
    if (child.exitCode !== null) throw new Error(readFileSync(join(folder, 'ministack.log'), 'utf8'))
    if (!existsSync(certificate)) return undefined
    const ready = new MiniStackClient(endpoint, readFileSync(certificate, 'utf8'))
    return (await ready.isReady()) ? ready : undefined
  })
  const environment = {
    ...CREDENTIALS_ENVIRONMENT,
    AWS_ENDPOINT_URL: endpoint,
    AWS_CA_BUNDLE: certificate,
    // The same for Node.
    NODE_EXTRA_CA_CERTS: certificate,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
  }
  return { endpoint, client, environment, stop: () => endGroup(child) }
}

/** What an SDK client needs to use it. */
export const clientSettings = ({ endpoint, client }: MiniStack) => ({
  endpoint,
  region: REGION,
  credentials: CREDENTIALS,
  requestHandler: { httpsAgent: client.agent },
})

/** Nothing of this machine's AWS configuration gets in. */
const environmentOf = (port: number, folder: string) => ({
  PATH: process.env.PATH,
  HOME: folder,
  TMPDIR: folder,
  STATE_DIR: folder,
  BIND_HOST: '127.0.0.1',
  GATEWAY_PORT: String(port),
  // The bucket policy of `cdk bootstrap` refuses everything else.
  USE_SSL: '1',
  AUTH: 'true',
  LAMBDA_EXECUTOR: 'local',
  IOT_MTLS_ENABLED: '0',
  SFTP_ENABLED: '0',
  MINISTACK_REGION: REGION,
  MINISTACK_ACCOUNT_ID: ACCOUNT,
  ...CREDENTIALS_ENVIRONMENT,
})
