import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App, Validations } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { Code } from 'aws-cdk-lib/aws-lambda'
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readConfiguration } from '../../lib/configuration.ts'
import { PunctualStack } from '../../lib/punctual-stack.ts'
import { synthesize } from '../../lib/synthesize.ts'
import { resourcesOf } from './synthesized.ts'

const everything = {
  stage: 'prod',
  mailSender: 'punctual@example.com',
  adminEmails: 'ada@example.com',
  corsOrigins: '*',
  alarmEmail: 'ops@example.com',
  executorReservedConcurrency: '10',
}

describe('synthesize', () => {
  let outdir: string
  beforeEach(() => {
    outdir = mkdtempSync(join(tmpdir(), 'punctual-synth-'))
  })
  afterEach(() => rmSync(outdir, { recursive: true, force: true }))
  const unbundled = { 'aws:cdk:bundling-stacks': [] }

  it.each([
    ['dev', {}],
    ['prod', everything],
  ])('breaks no rule of AwsSolutions, Serverless and CloudFormation in stage %s', async (stage, context) => {
    const made = await synthesize({ outdir, context: { ...unbundled, ...context } })
    expect(made).toEqual({ outdir, stackName: `punctual-${stage}` })
    expect(existsSync(join(outdir, `punctual-${stage}.template.json`))).toBe(true)
  })

  it('makes the same template with and without the rules', async () => {
    const template = async (nag: boolean) => {
      const { stackName } = await synthesize({ outdir, nag, context: unbundled })
      return readFileSync(join(outdir, `${stackName}.template.json`), 'utf8')
    }
    expect(await template(false)).toBe(await template(true))
  })

  it('ships a module for the handler of every function, and the same for all of them', async () => {
    const { stackName } = await synthesize({ outdir, nag: false })
    const template = Template.fromString(readFileSync(join(outdir, `${stackName}.template.json`), 'utf8'))
    const functions = Object.values(resourcesOf(template, 'AWS::Lambda::Function'))
    const codes = new Set(functions.map(({ Properties }) => Properties.Code.S3Key))
    expect(codes.size).toBe(1)
    const [asset] = [...codes].map((key: string) => join(outdir, `asset.${key.replace('.zip', '')}`))
    for (const { Properties } of functions) {
      expect(existsSync(join(asset!, Properties.Handler.replace(/\.handler$/, '.mjs')))).toBe(true)
    }
  })

  it('refuses a configuration that is not valid', async () => {
    await expect(synthesize({ outdir, context: { ...unbundled, retention: 31 } })).rejects.toThrow('"retention" is 31')
  })
})

describe('the acknowledged rules', () => {
  const app = new App()
  const settings = { configuration: readConfiguration(everything), code: Code.fromInline('// nothing') }
  const constructs = new PunctualStack(app, 'Stack', { settings }).node.findAll()
  const acknowledged = constructs.flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries<string>(data))
      .map(([id, reason]) => ({ path: node.path, id: id.replace(/^annotation::/i, ''), reason })),
  )

  it('are all broken where they are acknowledged: none is left over', () => {
    for (const { node } of constructs) Object.defineProperty(node, 'metadata', { value: [] })
    const broken = [new AwsSolutionsChecks(app), new ServerlessChecks(app)].flatMap((pack) =>
      pack
        .validateScope(app)
        .violations.flatMap(({ ruleName, violatingResources }) =>
          violatingResources.map(({ constructPath }) => `${ruleName} at ${constructPath}`),
        ),
    )
    const leftOver = acknowledged.filter(
      ({ id, path }) => !broken.some((one) => one === `${id} at ${path}` || one.startsWith(`${id} at ${path}/`)),
    )
    expect(leftOver).toEqual([])
    expect(broken.length).toBeGreaterThan(40)
  })

  it('have a reason that is a sentence', () => {
    for (const { reason } of acknowledged) expect(reason).toMatch(/^\S.{40,}\.$/)
    expect(acknowledged.length).toBeGreaterThan(40)
  })
})
