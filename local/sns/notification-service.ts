import { createHash, randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Clock } from '../clock.ts'
import type { DurableStore } from '../durable-store.ts'
import type { Mailbox } from '../mail/mailbox.ts'
import { pageOf } from '../page.ts'
import { RecordMap } from '../record-map.ts'
import type { TopicDefinition } from '../template/topics.ts'
import { WireError, type WireRequest, type WireResponse, type WireService } from '../wire-service.ts'
import { answerQuery, type QueryOperation } from './query-protocol.ts'

const Subscription = z.object({ arn: z.string(), topicArn: z.string(), protocol: z.string(), endpoint: z.string() })
type Subscription = Readonly<z.infer<typeof Subscription>>

/** A message as it was published. */
export type PublishedMessage = {
  readonly messageId: string
  readonly topicArn: string
  readonly subject: string | undefined
  readonly message: string
  /** ISO 8601, UTC. */
  readonly publishedAt: string
}

export type LocalNotificationServiceOptions = {
  readonly topics: readonly Omit<TopicDefinition, 'name'>[]
  readonly store: DurableStore
  readonly clock: Clock
  readonly mailbox: Mailbox
  /** Told of every message. */
  readonly log?: (message: PublishedMessage) => void
}

/** Longest message, in bytes, and longest subject, in characters (API Reference, Publish). */
const LONGEST_MESSAGE_BYTES = 262_144
const LONGEST_SUBJECT = 100
const PAGE = 100

/**
 * Amazon SNS on one machine, as far as alarms and notices need it: messages to a topic go to the log and, for
 * subscriptions by e-mail, to the mailbox. A subscription is confirmed at once. Other protocols are stored only.
 */
export class LocalNotificationService implements WireService {
  readonly name = 'SNS'
  readonly #options: LocalNotificationServiceOptions
  readonly #added: RecordMap<Subscription>

  constructor(options: LocalNotificationServiceOptions) {
    this.#options = options
    this.#added = new RecordMap(options.store, 'sns_subscriptions', Subscription)
  }

  async handle(request: WireRequest): Promise<WireResponse> {
    return answerQuery(request, 'http://sns.amazonaws.com/doc/2010-03-31/', this.#operations)
  }

  async close(): Promise<void> {}

  /** Publishes without the wire, for other local services. Throws NotFound for an unknown topic. */
  publish(topicArn: string, message: string, subject?: string): PublishedMessage {
    this.#checkTopic(topicArn)
    const publishedAt = new Date(this.#options.clock.now()).toISOString()
    const published = { messageId: randomUUID(), topicArn, subject, message, publishedAt }
    this.#options.log?.(published)
    for (const subscription of this.#subscriptions(topicArn)) this.#deliver(subscription, published)
    return published
  }

  readonly #operations: Readonly<Record<string, QueryOperation>> = {
    Publish: (fields) => {
      const topicArn = fields.get('TopicArn') ?? fields.get('TargetArn')
      if (!topicArn) throw invalid('TopicArn', 'a topic is required; phone numbers are not supported here')
      const message = checkedMessage(fields)
      return { MessageId: this.publish(topicArn, message, checkedSubject(fields)).messageId }
    },
    Subscribe: (fields) => {
      const topicArn = required(fields, 'TopicArn')
      this.#checkTopic(topicArn)
      const made = subscription(topicArn, required(fields, 'Protocol'), required(fields, 'Endpoint'))
      if (!this.#subscriptions(topicArn).some(({ arn }) => arn === made.arn)) this.#added.set(made.arn, made)
      return { SubscriptionArn: made.arn }
    },
    Unsubscribe: (fields) => {
      this.#added.delete(required(fields, 'SubscriptionArn'))
      return undefined
    },
    ListTopics: (fields) => {
      const arns = this.#options.topics.map(({ arn }) => ({ TopicArn: arn }))
      const { items, nextToken } = page(arns, fields)
      return { Topics: items, NextToken: nextToken }
    },
    ListSubscriptionsByTopic: (fields) => {
      const topicArn = required(fields, 'TopicArn')
      this.#checkTopic(topicArn)
      const { items, nextToken } = page(this.#subscriptions(topicArn).map(listed), fields)
      return { Subscriptions: items, NextToken: nextToken }
    },
  }

  #checkTopic(topicArn: string): void {
    if (!this.#options.topics.some(({ arn }) => arn === topicArn))
      throw new WireError('NotFound', 'Topic does not exist', 404)
  }

  #subscriptions(topicArn: string): Subscription[] {
    const topic = this.#options.topics.find(({ arn }) => arn === topicArn)
    const fromTemplate = topic?.subscriptions.map((each) => subscription(topicArn, each.protocol, each.endpoint)) ?? []
    return [...fromTemplate, ...this.#added.values(`${topicArn}:`)]
  }

  #deliver({ protocol, endpoint }: Subscription, { subject, message, ...published }: PublishedMessage): void {
    const mail = { to: endpoint, subject: subject ?? 'AWS Notification Message' }
    if (protocol === 'email') this.#options.mailbox.deliver({ ...mail, text: message })
    if (protocol !== 'email-json') return
    const { messageId, topicArn, publishedAt } = published
    const notice = {
      Type: 'Notification',
      MessageId: messageId,
      TopicArn: topicArn,
      Subject: subject,
      Message: message,
    }
    this.#options.mailbox.deliver({ ...mail, text: JSON.stringify({ ...notice, Timestamp: publishedAt }) })
  }
}

/** The same protocol and endpoint at a topic are the same subscription. */
function subscription(topicArn: string, protocol: string, endpoint: string): Subscription {
  const id = createHash('sha256').update(`${protocol} ${endpoint}`).digest('hex').slice(0, 32)
  return { arn: `${topicArn}:${id}`, topicArn, protocol, endpoint }
}

const listed = ({ arn, topicArn, protocol, endpoint }: Subscription) => ({
  SubscriptionArn: arn,
  Owner: arn.split(':')[4] ?? '',
  Protocol: protocol,
  Endpoint: endpoint,
  TopicArn: topicArn,
})

const page = <Item>(all: readonly Item[], fields: URLSearchParams) =>
  pageOf(all, PAGE, fields.get('NextToken') ?? undefined, 'InvalidParameter')

/** The message, or the part of it that is for e-mail when `MessageStructure` is json. */
function checkedMessage(fields: URLSearchParams): string {
  const message = required(fields, 'Message')
  if (Buffer.byteLength(message) > LONGEST_MESSAGE_BYTES) throw invalid('Message', 'too long')
  if (fields.get('MessageStructure') !== 'json') return message
  const parts = z.object({ default: z.string(), email: z.string().optional() }).safeParse(readJson(message)).data
  if (!parts) throw invalid('Message Structure', 'No default entry in JSON message body')
  return parts.email ?? parts.default
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw invalid('Message Structure', 'JSON message body failed to parse')
  }
}

function checkedSubject(fields: URLSearchParams): string | undefined {
  const subject = fields.get('Subject') ?? undefined
  if (subject !== undefined && (subject === '' || subject.length > LONGEST_SUBJECT || /\p{Cc}/u.test(subject)))
    throw invalid('Subject', `must have 1 to ${LONGEST_SUBJECT} characters and no control characters`)
  return subject
}

function required(fields: URLSearchParams, name: string): string {
  const value = fields.get(name)
  if (!value) throw invalid(name, 'must not be empty')
  return value
}

const invalid = (name: string, reason: string) =>
  new WireError('InvalidParameter', `Invalid parameter: ${name} Reason: ${reason}`)
