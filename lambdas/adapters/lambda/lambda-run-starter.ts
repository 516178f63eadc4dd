import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda'
import type { RunStarter } from '../../ports/run-starter.ts'

/** Hands runs to the executor function, asynchronously: Lambda keeps the order until it is done. */
export const lambdaRunStarter = (client: LambdaClient, executorArn: string): RunStarter => ({
  async start(order) {
    await client.send(
      new InvokeCommand({ FunctionName: executorArn, InvocationType: 'Event', Payload: JSON.stringify(order) }),
    )
  },
})
