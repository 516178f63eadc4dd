import { Duration, Size, Validations } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import { RunCounterEnvironment } from '../../lambdas/config/environment.ts'
import { type FunctionSettings, PunctualFunction } from './punctual-function.ts'
import type { PunctualTable } from './punctual-table.ts'
import { startPeriodically } from './start-periodically.ts'

export interface RunCounterProps {
  readonly settings: FunctionSettings
  readonly table: PunctualTable
}

/** How often what has ended is counted; whole hours once an hour, late and busy ones each time. */
const PERIOD = Duration.minutes(15)

/** The function that sums up runs into figures, and the static schedule that starts it. */
export class RunCounter extends Construct {
  readonly function: PunctualFunction

  constructor(scope: Construct, id: string, { settings, table }: RunCounterProps) {
    super(scope, id)
    this.function = new PunctualFunction(this, 'Count', {
      settings,
      entry: 'run-counter',
      description: 'Sums up runs into figures by hour and day',
      schema: RunCounterEnvironment,
      environment: table.environment,
      // Ends before the next one begins, which would take its place.
      timeout: PERIOD.minus(Duration.seconds(30)),
      memory: Size.mebibytes(512),
    })
    table.allowCountingRuns(this.function)
    // A pass that fails is not repeated but followed by the next one.
    this.function.lambda.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: PERIOD })
    startPeriodically(this, this.function, {
      period: PERIOD,
      description: 'Starts the run counter of Punctual',
      input: { kind: 'count' },
    })
    this.acknowledgeRules()
  }

  private acknowledgeRules(): void {
    const reason =
      'Nothing is lost with a failed pass: the next one, a quarter of an hour later, counts what it left. An alarm tells of it.'
    Validations.of(this.function.lambda).acknowledge(
      { id: 'Serverless-LambdaAsyncFailureDestination', reason },
      { id: 'Serverless-LambdaDLQ', reason },
    )
  }
}
