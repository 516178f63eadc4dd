import { setTimeout } from 'node:timers/promises'
import type { Context } from 'aws-lambda'
import { dynamoRunLedger } from '../adapters/dynamodb/dynamo-run-ledger.ts'
import { openLeanTable } from '../adapters/dynamodb/lean/open-lean-table.ts'
import { hmacSha256 } from '../adapters/http-target/hmac-sha256.ts'
import { createHttpTargetSender } from '../adapters/http-target/http-target-sender.ts'
import { consoleLog } from '../adapters/logging/console-log.ts'
import { readAllowedCidrs } from '../config/allowed-cidrs.ts'
import { AwsEnvironment } from '../config/aws-environment.ts'
import { ExecutorEnvironment } from '../config/environment.ts'
import { readEnvironment } from '../config/read-environment.ts'
import { VERSION } from '../config/version.ts'
import { loadedLater } from '../wiring/loaded-later.ts'
import { executorFunction } from './executor.ts'

const environment = readEnvironment(ExecutorEnvironment)
const userAgent = `Punctual/${VERSION}`
const table = openLeanTable(environment, readEnvironment(AwsEnvironment), userAgent)

/** Lambda alone knows it: the template of a function cannot refer to the function. */
let ownArn = ''

const serve = executorFunction({
  ...loadedLater(environment.MAIL_SENDER === '' ? 'TOPIC' : 'EMAIL', async () => {
    const { openRareAdapters } = await import('../wiring/rare-adapters.ts')
    return openRareAdapters(environment, table, () => ownArn)
  }),
  stage: environment.STAGE,
  log: consoleLog(),
  clock: Date.now,
  random: Math.random,
  ledger: dynamoRunLedger(table),
  sender: createHttpTargetSender({
    policy: {
      allowCidrs: readAllowedCidrs(environment.TARGET_ALLOW_CIDRS),
      ownHosts: [new URL(environment.API_URL).host],
    },
    userAgent,
  }),
  hmacSha256,
  apiUrl: environment.API_URL,
  hostParallelism: environment.HOST_PARALLELISM,
  sleep: (ms) => setTimeout(ms),
  every(periodMs, run) {
    const timer = setInterval(run, periodMs)
    return () => clearInterval(timer)
  },
})

export const handler = (event: unknown, context: Context): Promise<void> => {
  ownArn = context.invokedFunctionArn
  return serve(event, context)
}
