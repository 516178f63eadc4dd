import type { RoleDefinition } from '../template/roles.ts'
import type { PermissionUse } from './permission-use.ts'
import { decide, type Statement } from './policy.ts'
import { type PolicyRole, readPolicyRoles } from './policy-roles.ts'
import { actionMatcher, resourceMatcher } from './wildcards.ts'

/** One action on one resource that a role is allowed. */
export type Grant = { readonly role: string; readonly action: string; readonly resource: string }

export type Comparison = {
  /** What was done, or tried, and is not allowed. */
  readonly denied: readonly PermissionUse[]
  /** What is allowed and was never done. */
  readonly unused: readonly Grant[]
  /** How many grants there are in all. */
  readonly grants: number
}

/** Compares what roles were used for with what they are allowed, both ways. */
export function comparePermissions(roles: readonly RoleDefinition[], uses: readonly PermissionUse[]): Comparison {
  const read = readPolicyRoles(roles)
  const statementsOf = new Map(read.map(({ logicalId, statements }) => [logicalId, statements]))
  const denied = uses.filter((use) => decide(statementsOf.get(use.role) ?? [], use) !== 'allowed')
  const grants = read.flatMap(grantsOf)
  const unused = grants.filter((grant) => !uses.some((use) => use.role === grant.role && grant.covers(use)))
  return {
    denied,
    unused: unused.map(({ role, action, resource }) => ({ role, action, resource })),
    grants: grants.length,
  }
}

type CoveringGrant = Grant & { covers(use: PermissionUse): boolean }

function grantsOf({ logicalId, statements }: PolicyRole): readonly CoveringGrant[] {
  return statements
    .filter(({ effect }) => effect === 'Allow')
    .flatMap(({ actions, resources, isOpen, holdsIn }) => {
      if (isOpen) throw new Error(`Role "${logicalId}" allows by NotAction or NotResource: that has no end to compare`)
      return actions.flatMap((action) => resources.map((resource) => grant(logicalId, action, resource, holdsIn)))
    })
}

function grant(role: string, action: string, resource: string, holdsIn: Statement['holdsIn']): CoveringGrant {
  const coversAction = actionMatcher(action)
  const coversResource = resourceMatcher(resource)
  return {
    role,
    action,
    resource,
    covers: (use) => coversAction(use.action) && coversResource(use.resource) && holdsIn(use.context),
  }
}
