import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda'
import type { TaskOrder } from '../../domain/task/task.ts'
import type { TaskWorker } from '../../ports/task-store.ts'

/** Starts the worker function, asynchronously; the sweeper starts it again where that was lost. */
export const lambdaTaskWorker = (client: LambdaClient, workerArn: string): TaskWorker => ({
  async start({ tenant, id }) {
    const order: TaskOrder = { kind: 'task', tenant, taskId: id }
    await client.send(
      new InvokeCommand({ FunctionName: workerArn, InvocationType: 'Event', Payload: JSON.stringify(order) }),
    )
  },
})
