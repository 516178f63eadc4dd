import { SNSClient } from '@aws-sdk/client-sns'
import { systemClock } from '../../local/clock.ts'
import { DurableStore } from '../../local/durable-store.ts'
import { Mailbox } from '../../local/mail/mailbox.ts'
import { LocalNotificationService, type PublishedMessage } from '../../local/sns/notification-service.ts'
import { type ServedService, serveWire, testCredentials } from './wire.ts'

/** One topic of Amazon SNS on this machine. */
export type StartedTopic = ServedService & { readonly client: SNSClient; readonly arn: string }

/** @param log told of every message that arrives. The caller stops it. */
export async function startTopic(log: (message: PublishedMessage) => void): Promise<StartedTopic> {
  const arn = 'arn:aws:sns:us-east-1:000000000000:operations'
  const store = new DurableStore(':memory:')
  const mailbox = new Mailbox({ store, clock: systemClock })
  const topics = [{ arn, subscriptions: [] }]
  const served = await serveWire(new LocalNotificationService({ topics, store, clock: systemClock, mailbox, log }))
  const client = new SNSClient({ ...testCredentials, endpoint: served.endpoint, maxAttempts: 1 })
  return {
    ...served,
    arn,
    client,
    async stop() {
      client.destroy()
      await served.stop()
      store.close()
    },
  }
}
