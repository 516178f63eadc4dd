import { DEMO_ACCOUNT } from './demo.ts'

export type WelcomeOptions = {
  readonly url: string
  readonly dataDir: string
  readonly seconds: number
  readonly hasDemo: boolean
}

/** What a newcomer reads below the ready line. */
export function welcome({ url, dataDir, seconds, hasDemo }: WelcomeOptions): string {
  return [
    `Punctual is ready at ${url}`,
    `  (in ${seconds.toFixed(1)} s; data in ${dataDir}; Ctrl-C stops it)`,
    '',
    ...(hasDemo ? tryDemo(url) : signUp(url)),
    `  API description:    ${url}/api/openapi.json`,
    `  Mail it would send: ${url}/_local/mailbox`,
    '',
    'Runs:',
  ].join('\n')
}

/** Reads a field of a JSON answer without any tool that a machine may lack. */
const field = (name: string) => `node -pe 'JSON.parse(fs.readFileSync(0)).${name}'`

function tryDemo(url: string): readonly string[] {
  const { email, password } = DEMO_ACCOUNT
  return [
    'A demo account has a job that calls a built-in echo target every minute. Try, in another terminal:',
    `  TOKEN=$(curl -s ${url}/api/auth/login -H 'content-type: application/json' \\`,
    `    -d '{"email":"${email}","password":"${password}"}' | ${field('accessToken')})`,
    `  curl -s ${url}/api/runs -H "authorization: Bearer $TOKEN"`,
    '',
  ]
}

function signUp(url: string): readonly string[] {
  return [
    'Make an account, in another terminal; the code comes to the mailbox below:',
    `  curl -s ${url}/api/auth/signup -H 'content-type: application/json' \\`,
    `    -d '{"email":"you@example.com","password":"Your-password-1"}'`,
    '',
  ]
}
