#!/usr/bin/env node
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { HOME } from '../local/cloud.ts'
import { readUses } from '../local/iam/permission-use.ts'
import { readCloudAssembly } from '../local/template/cloud-assembly.ts'
import { readCloudTemplate } from '../local/template/cloud-template.ts'
import { UNLIMITED, UNUSED } from './iam/exceptions.ts'
import { review } from './iam/review.ts'
import { synthesizeApp } from './local/synthesized-app.ts'

const PROJECT_ROOT = dirname(dirname(fileURLToPath(import.meta.url)))

const USAGE = `npm run check:iam                    runs the end-to-end tests and compares what they used with the policies
npm run check:iam -- --record FILE   compares with what an earlier run recorded (LOCAL_CALLS_FILE=FILE npm test)`

/** Runs the end-to-end tests, which record every permission that they use. */
function recordEndToEnd(file: string): void {
  const vitest = join(PROJECT_ROOT, 'node_modules', 'vitest', 'vitest.mjs')
  const { status } = spawnSync(process.execPath, [vitest, 'run', '--project', 'local'], {
    cwd: PROJECT_ROOT,
    env: { ...process.env, LOCAL_CALLS_FILE: file },
    stdio: 'inherit',
  })
  if (status !== 0) throw new Error('The end-to-end tests failed; without them nothing can be said of the permissions.')
}

async function synthesizedTemplate(folder: string) {
  const assembly = readCloudAssembly(await synthesizeApp(PROJECT_ROOT, join(folder, 'cdk.out')))
  return readCloudTemplate(assembly, { ...HOME, stackName: assembly.stackName, queueEndpoint: '', apiEndpoint: '' })
}

async function main(folder: string): Promise<void> {
  const { record } = parseArgs({ options: { record: { type: 'string' } } }).values
  const file = resolve(record ?? join(folder, 'uses.jsonl'))
  if (record === undefined) recordEndToEnd(file)
  if (!existsSync(file)) throw new Error(`There is no record ${file}.\n${USAGE}`)
  const uses = readUses(file)
  const template = await synthesizedTemplate(folder)
  const { problems, grants } = review({ template, uses, unused: UNUSED, unlimited: UNLIMITED })
  for (const problem of problems) console.error(`✗ ${problem}`)
  if (problems.length > 0) process.exitCode = 1
  else
    console.log(`✓ ${grants} permissions, ${uses.length} uses: everything used is allowed, everything allowed is used`)
}

const folder = mkdtempSync(join(tmpdir(), 'punctual-iam-'))
try {
  await main(folder)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
