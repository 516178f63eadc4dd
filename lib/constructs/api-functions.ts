import { Duration, Size, Validations } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import type { z } from 'zod'
import {
  AdminEnvironment,
  AuditEnvironment,
  AuthEnvironment,
  JobsEnvironment,
  KeysEnvironment,
  RunsEnvironment,
  SchedulesEnvironment,
  SecretsEnvironment,
  ServiceEnvironment,
  StatsEnvironment,
} from '../../lambdas/config/environment.ts'
import type { Resource } from '../../lambdas/http/routes.ts'
import type { Executor } from './executor.ts'
import type { Identity } from './identity.ts'
import { type EnvironmentSchema, type FunctionSettings, PunctualFunction } from './punctual-function.ts'
import type { PunctualTable } from './punctual-table.ts'
import type { Scheduling } from './scheduling.ts'
import type { SecretVault } from './secret-vault.ts'
import type { Worker } from './worker.ts'

export interface ApiFunctionsProps {
  readonly settings: FunctionSettings
  readonly table: PunctualTable
  readonly identity: Identity
  readonly scheduling: Scheduling
  readonly executor: Executor
  readonly vault: SecretVault
  readonly worker: Worker
}

/** One function for each resource of the API, and what each of them may do. */
export class ApiFunctions extends Construct {
  /** A resource in the route table without a function does not compile. */
  readonly byResource: Readonly<Record<Resource, PunctualFunction>>
  private readonly props: ApiFunctionsProps

  constructor(scope: Construct, id: string, props: ApiFunctionsProps) {
    super(scope, id)
    this.props = props
    this.byResource = {
      admin: this.admin(),
      audit: this.audit(),
      auth: this.auth(),
      jobs: this.jobs(),
      keys: this.keys(),
      runs: this.runs(),
      schedules: this.schedules(),
      secrets: this.secrets(),
      service: this.service(),
      stats: this.stats(),
    }
  }

  private admin(): PunctualFunction {
    const { table, identity, worker } = this.props
    const admin = this.make('admin', 'Admin: users, and what all of them do', AdminEnvironment, {
      ...this.stage,
      ...this.table,
      ...this.userPool,
      ...worker.environment,
    })
    this.allowVerifying(admin)
    identity.allowDirectory(admin)
    table.allow(admin, ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'])
    table.allowQuery(admin, 'byTenant')
    table.allowQuery(admin, 'bySweep')
    worker.allowStarting(admin)
    return admin
  }

  private audit(): PunctualFunction {
    const { table } = this.props
    const audit = this.make('audit', 'Audit: who did what', AuditEnvironment, {
      ...this.stage,
      ...this.table,
      ...this.userPool,
    })
    this.allowVerifying(audit)
    table.allow(audit, ['GetItem', 'Query', 'PutItem'])
    return audit
  }

  private auth(): PunctualFunction {
    const { table, identity, settings } = this.props
    const auth = this.make('auth', 'Accounts: sign-up, log-in, passwords, who am I', AuthEnvironment, {
      ...this.stage,
      ...this.table,
      ...this.userPool,
      ADMIN_EMAILS: settings.configuration.adminEmails.join(','),
    })
    this.allowVerifying(auth)
    identity.allowAdministration(auth)
    table.allow(auth, ['GetItem'])
    table.allowCountingAttempts(auth)
    table.allowEndingSessions(auth)
    return auth
  }

  private jobs(): PunctualFunction {
    const { table, scheduling, executor, vault, worker, settings } = this.props
    const jobs = this.make('jobs', 'Jobs: create, change, pause, run now', JobsEnvironment, {
      ...this.stage,
      ...this.table,
      ...this.userPool,
      ...scheduling.environment,
      ...executor.environment,
      ...worker.environment,
      // Nothing that is not public may be a target inside AWS; only the local service opens ranges.
      TARGET_ALLOW_CIDRS: '',
      HOST_PARALLELISM: String(settings.configuration.hostParallelism),
    })
    this.allowVerifying(jobs)
    table.allow(jobs, ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'])
    table.allowQuery(jobs, 'byTenant')
    scheduling.allowScheduling(jobs)
    executor.allowStarting(jobs)
    worker.allowStarting(jobs)
    // A job that signs its calls gets a key to sign with.
    vault.allowWriting(jobs)
    return jobs
  }

  private keys(): PunctualFunction {
    const keys = this.make('keys', 'API keys: make, list, revoke', KeysEnvironment, {
      ...this.stage,
      ...this.table,
      ...this.userPool,
    })
    this.allowVerifying(keys)
    this.props.table.allow(keys, ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'DeleteItem'])
    return keys
  }

  private runs(): PunctualFunction {
    const { table } = this.props
    const runs = this.make('runs', 'Runs: what happened, newest first; cancel', RunsEnvironment, {
      ...this.stage,
      ...this.table,
      ...this.userPool,
    })
    this.allowVerifying(runs)
    table.allow(runs, ['GetItem', 'BatchGetItem', 'Query', 'PutItem'])
    table.allowQuery(runs, 'byTenant')
    return runs
  }

  private schedules(): PunctualFunction {
    const schedules = this.make('schedules', 'Schedules: what an expression means', SchedulesEnvironment, {
      ...this.stage,
      ...this.table,
      ...this.userPool,
    })
    this.allowVerifying(schedules)
    return schedules
  }

  private secrets(): PunctualFunction {
    const { table, vault } = this.props
    const secrets = this.make('secrets', 'Secrets: put, list, delete; never read', SecretsEnvironment, {
      ...this.stage,
      ...this.table,
      ...this.userPool,
    })
    this.allowVerifying(secrets)
    table.allow(secrets, ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'])
    // Which jobs use a secret is found by reading the tenant's jobs.
    table.allowQuery(secrets, 'byTenant')
    vault.allowWriting(secrets)
    return secrets
  }

  private service(): PunctualFunction {
    const service = this.make('service', 'The service itself: health and OpenAPI', ServiceEnvironment, {
      ...this.stage,
      ...this.table,
    })
    this.props.table.allow(service, ['GetItem'])
    return service
  }

  private stats(): PunctualFunction {
    const { table } = this.props
    const stats = this.make('stats', 'Figures: what jobs and runs come to', StatsEnvironment, {
      ...this.stage,
      ...this.table,
      ...this.userPool,
    })
    this.allowVerifying(stats)
    table.allowReadingFigures(stats)
    return stats
  }

  /**
   * Access tokens are verified by public keys, and their sessions looked up; API keys are looked up, and now and then the users
   * they belong to.
   */
  private allowVerifying(user: PunctualFunction): void {
    this.props.table.allowVerifyingKeys(user)
    this.props.table.allowVerifyingSessions(user)
    this.props.identity.allowLookingUp(user)
  }

  private get stage() {
    return { STAGE: this.props.settings.configuration.stage }
  }

  private get table() {
    return this.props.table.environment
  }

  private get userPool() {
    return this.props.identity.environment
  }

  private make<Schema extends EnvironmentSchema>(
    resource: Resource,
    description: string,
    schema: Schema,
    environment: z.input<Schema>,
  ): PunctualFunction {
    const made = new PunctualFunction(this, `${resource[0]?.toUpperCase()}${resource.slice(1)}`, {
      settings: this.props.settings,
      entry: resource,
      description,
      schema,
      environment,
      // API Gateway waits 29 s; a function that goes on would work for nobody.
      timeout: Duration.seconds(29),
      // Someone is waiting: CPU comes with memory, and parsing and token checks are CPU.
      memory: Size.mebibytes(512),
    })
    this.props.table.allowCountingRequests(made)
    Validations.of(made.lambda).acknowledge({
      id: 'Serverless-LambdaDLQ',
      reason: 'API Gateway invokes this function synchronously; the caller sees the failure and decides.',
    })
    return made
  }
}
