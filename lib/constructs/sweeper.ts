import { Duration, Size, Validations } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import { SweeperEnvironment } from '../../lambdas/config/environment.ts'
import type { Executor } from './executor.ts'
import { type FunctionSettings, PunctualFunction } from './punctual-function.ts'
import type { PunctualTable } from './punctual-table.ts'
import type { Scheduling } from './scheduling.ts'
import type { SecretVault } from './secret-vault.ts'
import { startPeriodically } from './start-periodically.ts'
import type { Worker } from './worker.ts'

export interface SweeperProps {
  readonly settings: FunctionSettings
  readonly table: PunctualTable
  readonly scheduling: Scheduling
  readonly executor: Executor
  readonly worker: Worker
  readonly vault: SecretVault
}

/** How often jobs and schedules are compared. */
const PERIOD = Duration.minutes(5)

/** The function that repairs schedules and lost runs, and the static schedule that starts it. */
export class Sweeper extends Construct {
  readonly function: PunctualFunction

  constructor(scope: Construct, id: string, props: SweeperProps) {
    super(scope, id)
    const { settings, table, scheduling, executor, worker, vault } = props
    this.function = new PunctualFunction(this, 'Sweep', {
      settings,
      entry: 'sweeper',
      description: 'Makes schedules agree with jobs and finds lost runs',
      schema: SweeperEnvironment,
      environment: {
        STAGE: settings.configuration.stage,
        ...table.environment,
        ...scheduling.environment,
        ...executor.environment,
        HOST_PARALLELISM: String(settings.configuration.hostParallelism),
        ...worker.environment,
      },
      // Ends before the next one begins, so that one sweep at a time is the normal case.
      timeout: PERIOD.minus(Duration.seconds(10)),
      memory: Size.mebibytes(512),
    })
    table.allow(this.function, ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'])
    table.allowQuery(this.function, 'bySweep')
    // A change of plan that broke off is finished job by job.
    table.allowQuery(this.function, 'byTenant')
    scheduling.allowScheduling(this.function)
    executor.allowStarting(this.function)
    worker.allowStarting(this.function)
    scheduling.allowListing(this.function)
    // Values that nothing refers to, because a request broke off.
    vault.allowDeleting(this.function)
    // A failed sweep is not repeated but followed by the next one.
    this.function.lambda.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: PERIOD })
    startPeriodically(this, this.function, {
      period: PERIOD,
      description: 'Starts the sweeper of Punctual',
      input: { kind: 'sweep' },
    })
    this.acknowledgeRules()
  }

  private acknowledgeRules(): void {
    const reason =
      'Nothing is lost with a failed sweep: the next one, five minutes later, does all of its work. An alarm tells of it.'
    Validations.of(this.function.lambda).acknowledge(
      { id: 'Serverless-LambdaAsyncFailureDestination', reason },
      { id: 'Serverless-LambdaDLQ', reason },
    )
  }
}
