import type { CloudTemplate } from '../template/cloud-template.ts'
import { callerOf } from '../wire-server.ts'
import type { WireRequest, WireResponse } from '../wire-service.ts'
import { accessDenied, denialMessage } from './access-denied.ts'
import { UnmappedCall } from './actions/unmapped-call.ts'
import type { Authorization, Home } from './authorization.ts'
import { type CallPermissions, callPermissions } from './call-permissions.ts'
import type { PermissionUse } from './permission-use.ts'
import { type Decision, decide } from './policy.ts'
import { type PolicyRole, readPolicyRoles } from './policy-roles.ts'

export type AccessControlOptions = {
  readonly template: Pick<CloudTemplate, 'roles' | 'functions' | 'tables'>
  readonly home: Home
  /** Whether what is not allowed is refused; otherwise it is only told of. */
  readonly enforce: boolean
  /** Told of every permission that is asked for. */
  readonly onUse?: ((use: PermissionUse) => void) | undefined
  readonly log: (message: string) => void
}

/** The services that take on a role by themselves. */
export type ServicePrincipal = 'lambda.amazonaws.com' | 'scheduler.amazonaws.com'

/** One thing that a service does in the name of a role. */
export type RoleUse = {
  readonly service: ServicePrincipal
  readonly roleArn: string
  /** ARN of what the service does it for (`aws:SourceArn`): the trust policy may ask for it. */
  readonly sourceArn?: string | undefined
  readonly action: string
  readonly resource: string
}

/**
 * Lets everyone do what the template's roles allow, as IAM does: functions by the role of each, services by the role that
 * they were given. Callers that are no function of the template are taken for the account's administrator.
 */
export class AccessControl {
  readonly #options: AccessControlOptions
  readonly #roles: ReadonlyMap<string, PolicyRole>
  /** By access key: the logical id of the function. */
  readonly #roleOfCaller: ReadonlyMap<string, PolicyRole>
  readonly #permissionsOf: CallPermissions

  /** @throws Error naming a role whose policies are not understood */
  constructor(options: AccessControlOptions) {
    const { template, home } = options
    this.#options = options
    this.#roles = new Map(readPolicyRoles(template.roles).map((role) => [role.arn, role]))
    this.#permissionsOf = callPermissions(home, template.tables)
    this.#roleOfCaller = new Map(
      template.functions.flatMap(({ logicalId, roleArn }) => {
        const role = this.#roles.get(roleArn)
        return role ? [[logicalId, role] as const] : []
      }),
    )
  }

  /** The answer to a call that its caller may not make; undefined for one that it may. */
  refuse(service: string, request: WireRequest): WireResponse | undefined {
    const role = this.#roleOfCaller.get(callerOf(request) ?? '')
    if (!role) return undefined
    const denial = this.#denialOfCall(role, service, request)
    return denial === undefined ? undefined : accessDenied(service, request, denial)
  }

  /** Why a service may not do something in the name of a role; undefined when it may. */
  denial({ service, roleArn, sourceArn, action, resource }: RoleUse): string | undefined {
    const role = this.#roles.get(roleArn)
    if (!role) return this.#denied(`There is no role ${roleArn}`)
    const { accountId } = this.#options.home
    const context = sourceArn === undefined ? {} : { 'aws:sourcearn': [sourceArn], 'aws:sourceaccount': [accountId] }
    if (!role.trusts(service, context)) return this.#denied(`${service} is unable to assume role ${roleArn}`)
    return this.#ask(role, { action, resource, context: {} })
  }

  #denialOfCall(role: PolicyRole, service: string, request: WireRequest): string | undefined {
    try {
      const denials = this.#permissionsOf(service, request).map((authorization) => this.#ask(role, authorization))
      return denials.find((denial) => denial !== undefined)
    } catch (error) {
      const why = error instanceof UnmappedCall ? error.message : `A call to ${service} could not be read: ${error}`
      return this.#denied(why)
    }
  }

  #ask(role: PolicyRole, authorization: Authorization): string | undefined {
    const decision: Decision = decide(role.statements, authorization)
    const allowed = decision === 'allowed'
    this.#options.onUse?.({ role: role.logicalId, ...authorization, allowed })
    return allowed ? undefined : this.#denied(denialMessage(role.sessionArn, authorization, decision))
  }

  #denied(message: string): string | undefined {
    const { enforce, log } = this.#options
    log(enforce ? message : `IAM would refuse this: ${message}`)
    return enforce ? message : undefined
  }
}
