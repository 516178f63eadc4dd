#!/usr/bin/env node
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Cloud, startCloud } from '../local/cloud.ts'
import { isUnusedDataDirectory } from '../local/data-directory.ts'
import { recordUses } from '../local/iam/permission-use.ts'
import { orderDemo, readDemoState, startDemo } from './local/demo.ts'
import { type Knobs, readKnobs } from './local/knobs.ts'
import { terminalLine } from './local/run-line.ts'
import { synthesizeApp } from './local/synthesized-app.ts'
import { welcome } from './local/welcome.ts'

const PROJECT_ROOT = dirname(dirname(fileURLToPath(import.meta.url)))

/** A stop that takes longer is cut short: 5 seconds are promised. In milliseconds. */
const LONGEST_STOP_MS = 4_500

const demoFile = (dataDir: string) => join(dataDir, 'demo.json')

/** Something to be stopped, the last started first. */
type Running = { close(): void | Promise<void> }

const say = (text: string) => console.log(text)
const complain = (text: string) => console.error(text)

async function startPunctual(knobs: Knobs, dataDir: string): Promise<Cloud> {
  const isNew = isUnusedDataDirectory(dataDir)
  return startCloud({
    dataDir,
    port: knobs.PORT,
    cdkOut() {
      if (isNew && knobs.DEMO) orderDemo(demoFile(dataDir))
      return synthesizeApp(PROJECT_ROOT, join(dataDir, 'cdk.out'))
    },
    environment: {
      TARGET_ALLOW_CIDRS: knobs.TARGET_ALLOW_CIDRS,
      HOST_PARALLELISM: knobs.HOST_PARALLELISM,
      ADMIN_EMAILS: knobs.ADMIN_EMAILS,
    },
    dynamoDbEndpoint: knobs.AWS_ENDPOINT_URL_DYNAMODB,
    enforceIam: knobs.LOCAL_IAM,
    onPermissionUse: knobs.LOCAL_CALLS_FILE === undefined ? undefined : recordUses(knobs.LOCAL_CALLS_FILE),
    log: complain,
    onFunctionLine(functionId, line) {
      const text = terminalLine(functionId, line)
      if (text !== undefined) say(text)
    },
  })
}

async function main(running: Running[]): Promise<void> {
  const knobs = readKnobs(process.env)
  const dataDir = resolve(knobs.DATA_DIR)
  const cloud = await startPunctual(knobs, dataDir)
  running.push(cloud)
  const demo = readDemoState(demoFile(dataDir))
  const hasDemo = demo !== undefined && (demo.made || knobs.DEMO)
  say(welcome({ url: cloud.url, dataDir: knobs.DATA_DIR, seconds: process.uptime(), hasDemo }))
  if (hasDemo) {
    // Without its demo the service is as good as with it.
    const echo = await startDemo(cloud, demoFile(dataDir)).catch((error: unknown) =>
      complain(`The demo: ${messageOf(error)}`),
    )
    if (echo) running.push(echo)
  }
  await cloud.services.lambda.warm()
}

function stopOn(signal: 'SIGINT' | 'SIGTERM', running: readonly Running[]): void {
  process.once(signal, async () => {
    // Twice means now.
    process.once(signal, () => process.exit(1))
    setTimeout(() => process.exit(1), LONGEST_STOP_MS).unref()
    for (const each of running.toReversed()) await each.close()
    process.exit(0)
  })
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

// As in Lambda; it takes effect for every function, whatever zone this machine is in.
process.env.TZ = 'UTC'
const running: Running[] = []
stopOn('SIGINT', running)
stopOn('SIGTERM', running)
try {
  await main(running)
} catch (error) {
  complain(messageOf(error))
  process.exit(1)
}
