import { comparePermissions, type Grant } from '../../local/iam/compare-permissions.ts'
import type { PermissionUse } from '../../local/iam/permission-use.ts'
import type { CloudTemplate } from '../../local/template/cloud-template.ts'
import type { UnlimitedPermission, UnusedPermission } from './exceptions.ts'

export type ReviewInput = {
  readonly template: Pick<CloudTemplate, 'roles' | 'functions'>
  readonly uses: readonly PermissionUse[]
  readonly unused: readonly UnusedPermission[]
  readonly unlimited: readonly UnlimitedPermission[]
}

export type Review = {
  /** One line for each thing to mend; none when permissions are exactly as used. */
  readonly problems: readonly string[]
  readonly grants: number
}

/** Compares the template's permissions with their use, both ways, and with the lists of exceptions. */
export function review({ template, uses, unused, unlimited }: ReviewInput): Review {
  const nameOf = roleNames(template)
  const compared = comparePermissions(template.roles, uses)
  const covers = (entry: UnusedPermission, { role, action }: Grant) =>
    entry.actions.includes(action) &&
    (entry.function === '*' ? isFunction(template, role) : entry.function === nameOf(role))
  const everywhere = comparePermissions(template.roles, []).unused.filter(({ resource }) => resource === '*')
  return {
    grants: compared.grants,
    problems: [
      ...compared.denied.map(
        ({ role, action, resource }) => `${nameOf(role)} did ${action} on ${resource}, and no policy allows it`,
      ),
      ...compared.unused
        .filter((grant) => !unused.some((entry) => covers(entry, grant)))
        .map(({ role, action, resource }) => `${nameOf(role)} may ${action} on ${resource}, and no test ever did`),
      ...everywhere
        .filter(({ action }) => !unlimited.some((entry) => entry.action === action))
        .map(({ role, action }) => `${nameOf(role)} may ${action} on everything, and nothing says why it must`),
      ...unused
        .filter(({ isChance }) => !isChance)
        .flatMap((entry) =>
          entry.actions
            .filter((action) => !compared.unused.some((grant) => covers({ ...entry, actions: [action] }, grant)))
            .map((action) => `${action} of ${entry.function} is excused in bin/iam/exceptions.ts and needs no excuse`),
        ),
      ...unlimited
        .filter((entry) => !everywhere.some(({ action }) => action === entry.action))
        .map(
          ({ action }) => `${action} on everything is excused in bin/iam/exceptions.ts and is not allowed to anyone`,
        ),
    ],
  }
}

/** Roles by the handler of their function (`jobs`), other roles by their logical id. */
function roleNames({ roles, functions }: ReviewInput['template']): (logicalId: string) => string {
  const names = functions.flatMap(({ roleArn, handler }) =>
    roles
      .filter(({ arn }) => arn === roleArn)
      .map(({ logicalId }) => [logicalId, handler.split('.')[0] ?? ''] as const),
  )
  const byRole = new Map(names)
  return (logicalId) => byRole.get(logicalId) ?? logicalId
}

const isFunction = ({ roles, functions }: ReviewInput['template'], role: string): boolean =>
  functions.some(({ roleArn }) => roles.some(({ logicalId, arn }) => logicalId === role && arn === roleArn))
