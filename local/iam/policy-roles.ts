import type { RoleDefinition } from '../template/roles.ts'
import type { RequestContext } from './authorization.ts'
import { readPolicy, type Statement } from './policy.ts'

/** A role of the template with its policies read. */
export type PolicyRole = {
  readonly logicalId: string
  readonly arn: string
  /** How the role's session is called in refusals. */
  readonly sessionArn: string
  readonly statements: readonly Statement[]
  /** Whether a service may take the role on. */
  trusts(service: string, context: RequestContext): boolean
}

/** @throws Error naming the role, for a policy that is not understood or is managed elsewhere */
export function readPolicyRoles(roles: readonly RoleDefinition[]): readonly PolicyRole[] {
  return roles.map((role) => {
    try {
      return readRole(role)
    } catch (cause) {
      throw new Error(`Role "${role.logicalId}": ${cause instanceof Error ? cause.message : cause}`, { cause })
    }
  })
}

function readRole({ logicalId, arn, policyDocuments, managedPolicyArns, trustPolicy }: RoleDefinition): PolicyRole {
  const [managed] = managedPolicyArns
  if (managed !== undefined) throw new Error(`What the managed policy ${managed} allows is not known here`)
  const trust = readPolicy(trustPolicy)
  return {
    logicalId,
    arn,
    sessionArn: `${arn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/local`,
    statements: policyDocuments.flatMap(readPolicy),
    trusts(service, context) {
      const applying = trust.filter(
        ({ principals, coversAction, holdsIn }) =>
          principals.some((principal) => principal === service || principal === '*') &&
          coversAction('sts:AssumeRole') &&
          holdsIn(context),
      )
      return applying.length > 0 && applying.every(({ effect }) => effect === 'Allow')
    },
  }
}
