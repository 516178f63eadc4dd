#!/usr/bin/env node
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { synthesize } from '../lib/synthesize.ts'
import { installPythonTools } from './tools/python-tools.ts'

/** cfn-lint holds a template against the resource specification that CloudFormation itself publishes. */
const CFN_LINT = 'cfn-lint==1.58.0'
const START = 'import sys; from cfnlint.runner import main; sys.exit(main())'

/** What is not checked, and why. */
const IGNORED: Readonly<Record<string, string>> = {
  // The policy has to be there before a function runs; `DependsOn` is how CDK says so, and it always names the role, too.
  W3005: 'DependsOn repeats what a GetAtt already enforces',
}

/** Resource types and their values differ from region to region. */
const REGIONS = ['us-east-1', 'eu-west-1', 'ap-southeast-2']

/** The least and the most that can be configured. */
const CONFIGURATIONS: readonly Readonly<Record<string, string>>[] = [
  {},
  {
    stage: 'prod',
    mailSender: 'punctual@example.com',
    adminEmails: 'ops@example.com',
    alarmEmail: 'ops@example.com',
    corsOrigins: 'https://app.example.com',
    executorReservedConcurrency: '100',
  },
]

/** Lints what `cdk deploy` would send: no error, no warning. */
async function main(): Promise<number> {
  const tools = await installPythonTools([CFN_LINT])
  if (!tools.available) {
    console.log(`lint:template: not run: ${tools.reason}`)
    return 0
  }
  const folder = await mkdtemp(join(tmpdir(), 'punctual-template-'))
  try {
    const templates: string[] = []
    for (const context of CONFIGURATIONS) {
      const outdir = join(folder, String(templates.length))
      const { stackName } = await synthesize({ context, outdir, nag: false })
      templates.push(join(outdir, `${stackName}.template.json`))
    }
    const ignored = Object.keys(IGNORED).flatMap((rule) => ['--ignore-checks', rule])
    const options = [...ignored, '--regions', ...REGIONS, '--template', ...templates]
    const { status } = spawnSync(tools.python, ['-c', START, ...options], { stdio: 'inherit' })
    if (status === 0) console.log(`lint:template: ${templates.length} templates, nothing to complain about`)
    return status ?? 1
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

process.exitCode = await main()
