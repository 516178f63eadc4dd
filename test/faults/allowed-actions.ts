import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UNUSED } from '../../bin/iam/exceptions.ts'
import { synthesize } from '../../lib/synthesize.ts'
import { HOME } from '../../local/cloud.ts'
import type { Authorization } from '../../local/iam/authorization.ts'
import { callPermissions } from '../../local/iam/call-permissions.ts'
import type { Statement } from '../../local/iam/policy.ts'
import { readPolicyRoles } from '../../local/iam/policy-roles.ts'
import { readCloudAssembly } from '../../local/template/cloud-assembly.ts'
import { type CloudTemplate, readCloudTemplate } from '../../local/template/cloud-template.ts'
import type { SentRequest } from '../support/fault-wire.ts'

/** What Lambda itself does by a function's role, around its invocations: no code of ours could fail at it. */
const BY_LAMBDA = new Set([
  'logs:CreateLogStream',
  'logs:PutLogEvents',
  // Reading the queue of dead letters, and being the destination of failed invocations.
  'sqs:ReceiveMessage',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
  'sqs:SendMessage',
])

/** Requests by the function that made them. */
type Requests = readonly (readonly [entry: string, requests: readonly SentRequest[]])[]

/** What the functions are allowed by the synthesized policies, to be compared with the requests that they make. */
export type AllowedActions = {
  /** Actions that a function may take and none of its requests does, a line each. */
  without(requests: Requests): readonly string[]
  /** Actions that a request takes and its function may not, a line each. */
  beyond(requests: Requests): readonly string[]
}

/** Test engines have ARNs of their own; of a resource it matters whether it is a table, or which of its indexes. */
const kindOf = (resource: string): string => /\/index\/(.+)$/.exec(resource)?.[1] ?? ''

const takes = (statement: Statement, { action, resource, context }: Authorization): boolean =>
  statement.coversAction(action) &&
  statement.resources.some((each) => kindOf(each) === kindOf(resource)) &&
  statement.holdsIn(context)

/** @param tableName what the table is called that requests name. */
export async function readAllowedActions(tableName: string): Promise<AllowedActions> {
  const template = await synthesizedTemplate()
  const tables = template.tables.map((table) => ({ ...table, name: tableName }))
  const permissions = callPermissions(HOME, tables)
  const statementsOf = allowedBy(template)
  const taken = (requests: readonly SentRequest[]) =>
    requests.flatMap(({ service, wire }) => permissions(service, wire))
  return {
    without(requests) {
      const byEntry = new Map(requests)
      return [...statementsOf].flatMap(([entry, statements]) => {
        const made = taken(byEntry.get(entry) ?? [])
        return grantsOf(statements)
          .filter(({ action }) => !isExcused(entry, action))
          .filter((grant) => !made.some((each) => takes(grant.statement, each) && isSame(grant, each)))
          .map(({ action, resource }) => `${entry} may ${action} on ${resource}`)
      })
    },
    beyond: (requests) =>
      requests.flatMap(([entry, made]) =>
        taken(made)
          .filter((each) => !statementsOf.get(entry)?.some((statement) => takes(statement, each)))
          .map(({ action, resource, context }) => `${entry} does ${action} on ${resource} ${JSON.stringify(context)}`),
      ),
  }
}

const isSame = (grant: { action: string; resource: string }, made: Authorization) =>
  grant.action.toLowerCase() === made.action.toLowerCase() && kindOf(grant.resource) === kindOf(made.resource)

const grantsOf = (statements: readonly Statement[]) =>
  statements.flatMap((statement) =>
    statement.actions.flatMap((action) => statement.resources.map((resource) => ({ statement, action, resource }))),
  )

const isExcused = (entry: string, action: string): boolean =>
  BY_LAMBDA.has(action) || UNUSED.some((each) => each.function === entry && each.actions.includes(action))

/** Allowing statements by the handler of their function. */
function allowedBy({ roles, functions }: CloudTemplate): ReadonlyMap<string, readonly Statement[]> {
  const read = readPolicyRoles(roles)
  return new Map(
    functions.map(({ handler, roleArn }) => [
      handler.replace(/\.handler$/, ''),
      read
        .filter(({ arn }) => arn === roleArn)
        .flatMap(({ statements }) => statements.filter(({ effect }) => effect === 'Allow')),
    ]),
  )
}

async function synthesizedTemplate(): Promise<CloudTemplate> {
  const outdir = await mkdtemp(join(tmpdir(), 'punctual-template-'))
  try {
    const { stackName } = await synthesize({ outdir, nag: false })
    return readCloudTemplate(readCloudAssembly(outdir), { ...HOME, stackName, queueEndpoint: '', apiEndpoint: '' })
  } finally {
    await rm(outdir, { recursive: true, force: true })
  }
}
