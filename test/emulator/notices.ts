import { equal, match } from 'node:assert/strict'
import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2'
import { ConfirmSubscriptionCommand, ListTopicsCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import { type Account, accountsByMailbox, until } from '../support/api-client.ts'
import { EchoTarget } from '../support/echo-target.ts'
import { clientSettings, type MiniStack } from './ministack.ts'

/** The address that the stack sends mail from once it is told to. */
export const SENDER = 'punctual@example.com'

/** From now until the job fires; long enough for its schedule to be made, on a busy machine too. */
const LEAD_MS = 8_000

/** What an operator does before `mailSender` is set: Amazon SES has to know the address. */
export async function verifySender(ministack: MiniStack): Promise<void> {
  await new SESv2Client(clientSettings(ministack)).send(new CreateEmailIdentityCommand({ EmailIdentity: SENDER }))
}

/** Without a sender, what is told of jobs goes to the topic of the alarms, and to whoever has subscribed to it. */
export async function checkTopic({ api }: Account, ministack: MiniStack): Promise<void> {
  const listener = await EchoTarget.start()
  try {
    await subscribe(listener, ministack)
    const at = new Date(Date.now() + LEAD_MS).toISOString().slice(0, 19)
    // A name that never resolves (RFC 6761).
    const targetUrl = 'https://nobody.invalid/'
    const notify = { afterFailures: 1 }
    const job = await api.createJob({ name: 'Unheard', cronExpression: `at(${at})`, targetUrl, notify })
    const told = await until('a notification of the topic', async () => {
      const [run] = (await api.must('GET', `/api/jobs/${job.id}/runs`)).items
      const { notifications } = run === undefined ? { notifications: [] } : await api.must('GET', `/api/runs/${run.id}`)
      return notifications.find(({ status }: { status: string }) => status !== 'PENDING')
    })
    equal(`${told.kind} ${told.channel} ${told.status}`, 'FAILURE TOPIC SENT', JSON.stringify(told))
    const published = await until('the topic to tell its listener', async () =>
      listener.requests('/topic').find(({ body }) => JSON.parse(body).Type === 'Notification'),
    )
    const { Subject, Message } = JSON.parse(published.body)
    equal(Subject, '[Punctual] Unheard failed once')
    match(Message, /nobody\.invalid/)
  } finally {
    await listener.close()
  }
}

async function subscribe(listener: EchoTarget, ministack: MiniStack): Promise<void> {
  const sns = new SNSClient(clientSettings(ministack))
  const { Topics: [{ TopicArn } = {}] = [] } = await sns.send(new ListTopicsCommand({}))
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint: listener.on('/topic', { body: '' }) }))
  const { Token } = JSON.parse((await listener.request('/topic')).body)
  await sns.send(new ConfirmSubscriptionCommand({ TopicArn, Token }))
}

/** With a sender, codes come from it, too. What the stack itself mails from it is shown by the end-to-end suite. */
export async function checkSender(url: string, { client }: MiniStack): Promise<void> {
  const { email } = await accountsByMailbox(url)()
  const [code] = await client.mailTo(email)
  match(code?.from ?? '', new RegExp(SENDER))
}
