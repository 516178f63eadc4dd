import { Duration, Size, Validations } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import { WorkerEnvironment } from '../../lambdas/config/environment.ts'
import type { Executor } from './executor.ts'
import type { Identity } from './identity.ts'
import { type FunctionSettings, PunctualFunction } from './punctual-function.ts'
import type { PunctualTable } from './punctual-table.ts'
import type { Scheduling } from './scheduling.ts'
import type { SecretVault } from './secret-vault.ts'

export interface WorkerProps {
  readonly settings: FunctionSettings
  readonly table: PunctualTable
  readonly identity: Identity
  readonly vault: SecretVault
  readonly scheduling: Scheduling
  readonly executor: Executor
}

/** As long as the sweeper waits at the most before it hands a task over again. */
const TIMEOUT = Duration.minutes(5)

/** The function that goes on with what no request can wait for: bulk requests and the deletion of users. */
export class Worker extends Construct {
  private readonly function: PunctualFunction

  constructor(scope: Construct, id: string, { settings, table, identity, vault, scheduling, executor }: WorkerProps) {
    super(scope, id)
    this.function = new PunctualFunction(this, 'Work', {
      settings,
      entry: 'worker',
      description: 'Goes on with bulk requests and deletions in the background',
      schema: WorkerEnvironment,
      environment: {
        STAGE: settings.configuration.stage,
        ...table.environment,
        ...identity.environment,
        ...scheduling.environment,
        ...executor.environment,
      },
      timeout: TIMEOUT,
      memory: Size.mebibytes(256),
    })
    table.allow(this.function, ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'])
    table.allowQuery(this.function, 'byTenant')
    scheduling.allowScheduling(this.function)
    executor.allowStarting(this.function)
    vault.allowDeleting(this.function)
    identity.allowRemoving(this.function)
    // What breaks off is handed over again by the sweeper, which knows from the table what is left.
    this.function.lambda.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: TIMEOUT })
    this.acknowledgeRules()
  }

  /** What a function needs to know to start the worker. */
  get environment(): { readonly WORKER_ARN: string } {
    return { WORKER_ARN: this.function.arn }
  }

  /** Lets the function hand tasks over. */
  allowStarting(user: PunctualFunction): void {
    user.allow({ actions: ['lambda:InvokeFunction'], resources: [this.function.arn] })
  }

  private acknowledgeRules(): void {
    const reason =
      'Nothing is lost with a failed invocation: the task is in the table, and the sweeper hands it over again.'
    Validations.of(this.function.lambda).acknowledge(
      { id: 'Serverless-LambdaAsyncFailureDestination', reason },
      { id: 'Serverless-LambdaDLQ', reason },
    )
  }
}
