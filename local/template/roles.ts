import { z } from 'zod'
import { objectProperty } from './properties.ts'
import type { ResolvedTemplate } from './resolved-template.ts'

/** Who may do what: a role with every policy document that the template gives it. */
export type RoleDefinition = {
  readonly logicalId: string
  readonly name: string
  readonly arn: string
  /** Who may take the role on. */
  readonly trustPolicy: Readonly<Record<string, unknown>>
  readonly managedPolicyArns: readonly string[]
  readonly policyDocuments: readonly Readonly<Record<string, unknown>>[]
}

const RoleProperties = z.object({
  AssumeRolePolicyDocument: objectProperty,
  ManagedPolicyArns: z.array(z.string()).default([]),
  Policies: z.array(z.object({ PolicyDocument: objectProperty })).default([]),
})

const PolicyProperties = z.object({ PolicyDocument: objectProperty, Roles: z.array(z.string()).default([]) })

export function readRoles(template: ResolvedTemplate): readonly RoleDefinition[] {
  const policies = template.read(['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'], PolicyProperties)
  return template.read(['AWS::IAM::Role'], RoleProperties).map(({ logicalId, name, arn, properties }) => ({
    logicalId,
    name,
    arn,
    trustPolicy: properties.AssumeRolePolicyDocument,
    managedPolicyArns: properties.ManagedPolicyArns,
    policyDocuments: [
      ...properties.Policies.map(({ PolicyDocument }) => PolicyDocument),
      ...policies
        .filter(({ properties }) => properties.Roles.includes(name))
        .map(({ properties }) => properties.PolicyDocument),
    ],
  }))
}
