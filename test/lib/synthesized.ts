import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Template } from 'aws-cdk-lib/assertions'
import { synthesize } from '../../lib/synthesize.ts'

/** The template of a stage, made by the very function that the toolkit runs, but with placeholders for the bundles. */
export async function templateOf(context: Readonly<Record<string, unknown>> = {}): Promise<Template> {
  const outdir = mkdtempSync(join(tmpdir(), 'punctual-template-'))
  try {
    const { stackName } = await synthesize({
      outdir,
      nag: false,
      context: { 'aws:cdk:bundling-stacks': [], ...context },
    })
    return Template.fromString(readFileSync(join(outdir, `${stackName}.template.json`), 'utf8'))
  } finally {
    rmSync(outdir, { recursive: true, force: true })
  }
}

// biome-ignore lint/suspicious/noExplicitAny: a template is JSON of any shape; the assertions say which.
export type Json = any

type Resource = { readonly Type: string; readonly Properties: Json; readonly DeletionPolicy?: string }
export type LogicalId = string

export function resourcesOf(template: Template, type: string): Record<LogicalId, Resource> {
  return template.findResources(type) as Record<LogicalId, Resource>
}

/** The one resource of its type. */
export function onlyResource(template: Template, type: string): Resource & { readonly id: LogicalId } {
  const found = Object.entries(resourcesOf(template, type))
  if (found.length !== 1) throw new Error(`There are ${found.length} resources of type ${type}, not one.`)
  const [id, resource] = found[0]!
  return { id, ...resource }
}

/** The function of an entry: `jobs`, `executor`, … */
export function functionOf(template: Template, entry: string): Resource & { readonly id: LogicalId } {
  const found = Object.entries(resourcesOf(template, 'AWS::Lambda::Function')).find(
    ([, { Properties }]) => Properties.Handler === `${entry}.handler`,
  )
  if (!found) throw new Error(`No function has the handler ${entry}.handler.`)
  return { id: found[0], ...found[1] }
}

/** CloudFormation values as one readable text: `arn:<AWS::Partition>:…`, `<Table710B521B.Arn>`. */
export function text(value: Json): string {
  if (typeof value === 'string') return value
  if (value.Ref) return `<${value.Ref}>`
  if (value['Fn::GetAtt']) return `<${value['Fn::GetAtt'].join('.')}>`
  if (value['Fn::Join']) return value['Fn::Join'][1].map(text).join(value['Fn::Join'][0])
  throw new Error(`No text for ${JSON.stringify(value)}.`)
}

export type Permission = { readonly action: string; readonly resource: string; readonly condition?: unknown }

/** What a role may do, one entry for each pair of action and resource. */
export function permissionsOfRole(template: Template, roleId: LogicalId): Permission[] {
  return Object.values(resourcesOf(template, 'AWS::IAM::Policy'))
    .filter(({ Properties }) => Properties.Roles.some((role: Json) => role.Ref === roleId))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .flatMap((statement) =>
      [statement.Action].flat().flatMap((action) =>
        [statement.Resource].flat().map((resource) => ({
          action,
          resource: text(resource),
          ...(statement.Condition ? { condition: statement.Condition } : {}),
        })),
      ),
    )
}

/** What the function of an entry may do. */
export function permissionsOf(template: Template, entry: string): Permission[] {
  return permissionsOfRole(template, functionOf(template, entry).Properties.Role['Fn::GetAtt'][0])
}

export const entries = [
  'admin',
  'audit',
  'auth',
  'dead-letters',
  'executor',
  'jobs',
  'keys',
  'run-counter',
  'runs',
  'schedules',
  'secrets',
  'service',
  'stats',
  'sweeper',
  'worker',
] as const
