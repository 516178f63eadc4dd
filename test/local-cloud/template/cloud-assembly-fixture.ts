import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { readCloudAssembly } from '../../../local/template/cloud-assembly.ts'
import { type CloudTemplate, readCloudTemplate } from '../../../local/template/cloud-template.ts'
import type { Place } from '../../../local/template/physical-ids.ts'

export const place: Place = {
  accountId: '000000000000',
  region: 'us-east-1',
  stackName: 'Fixture',
  queueEndpoint: 'http://127.0.0.1:9324',
  apiEndpoint: 'http://127.0.0.1:8787',
}

export type Resources = Readonly<
  Record<string, { readonly Type: string; readonly Properties?: object; readonly Metadata?: object }>
>

export type TemplateFixture = {
  readonly Resources: Resources
  readonly Parameters?: object
  readonly Conditions?: object
  readonly Mappings?: object
  readonly Outputs?: object
}

/** The object key of the one code asset of a fixture. */
export const CODE_KEY = 'c0de.zip'

/** A folder that goes away with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'punctual-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/**
 * Writes what `cdk synth` would for a template and files of code; returns the folder.
 * @param code contents by file name
 */
export function writeCloudAssembly(template: TemplateFixture, code: Readonly<Record<string, string>> = {}): string {
  const folder = temporaryFolder()
  const codeFolder = join(folder, 'asset.c0de')
  mkdirSync(codeFolder)
  for (const [name, text] of Object.entries(code)) writeFileSync(join(codeFolder, name), text)
  const write = (name: string, content: unknown) => writeFileSync(join(folder, name), JSON.stringify(content))
  write('manifest.json', {
    version: '43.0.0',
    artifacts: {
      'Fixture.assets': { type: 'cdk:asset-manifest', properties: { file: 'Fixture.assets.json' } },
      Fixture: { type: 'aws:cloudformation:stack', properties: { templateFile: 'Fixture.template.json' } },
      Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } },
    },
  })
  write('Fixture.assets.json', {
    version: '43.0.0',
    files: {
      c0de: {
        source: { path: 'asset.c0de', packaging: 'zip' },
        destinations: { current: { bucketName: 'bucket', objectKey: CODE_KEY } },
      },
    },
  })
  write('Fixture.template.json', template)
  return folder
}

export function readFixture(template: TemplateFixture): CloudTemplate {
  return readCloudTemplate(readCloudAssembly(writeCloudAssembly(template)), place)
}

/** A function resource; its handler is `<file>.handler`. */
export const functionResource = (file: string, properties: object = {}) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Code: { S3Bucket: 'bucket', S3Key: CODE_KEY },
    Handler: `${file}.handler`,
    Runtime: 'nodejs24.x',
    Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
    ...properties,
  },
})

export const roleResource = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {} } }
