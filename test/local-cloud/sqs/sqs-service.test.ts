import { createHash } from 'node:crypto'
import { describe, expect, it, onTestFinished } from 'vitest'
import { SqsService } from '../../../local/sqs/sqs-service.ts'
import { WireServer } from '../../../local/wire-server.ts'
import { createQueues, queueDefinition, START } from './queues-fixture.ts'

type Answer = { readonly status: number; readonly body: Record<string, unknown> }

async function startSqs() {
  const { queues, clock } = createQueues([queueDefinition('q'), queueDefinition('other')])
  const server = new WireServer({ log: () => {} })
  const url = await server.listen()
  const service = new SqsService({ queues, clock })
  server.serve(service)
  onTestFinished(async () => {
    await service.close()
    await server.close()
  })
  const call = async (operation: string, body: object): Promise<Answer> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${operation}` },
      body: JSON.stringify(body),
    })
    return { status: response.status, body: JSON.parse(await response.text()) }
  }
  return { call, clock, QueueUrl: queueDefinition('q').url }
}

const md5 = (text: string) => createHash('md5').update(text).digest('hex')

describe('SqsService', () => {
  it('sends, receives, hides and deletes a message', async () => {
    const { call, QueueUrl } = await startSqs()
    const sent = await call('SendMessage', { QueueUrl, MessageBody: 'hällo' })
    expect(sent).toMatchObject({ status: 200, body: { MD5OfMessageBody: md5('hällo') } })
    const received = await call('ReceiveMessage', { QueueUrl })
    expect(received.body).toEqual({
      Messages: [
        {
          MessageId: sent.body.MessageId,
          ReceiptHandle: expect.any(String),
          Body: 'hällo',
          MD5OfBody: md5('hällo'),
          Attributes: {
            SenderId: 'local',
            SentTimestamp: String(START),
            ApproximateReceiveCount: '1',
            ApproximateFirstReceiveTimestamp: String(START),
          },
        },
      ],
    })
    const [message] = received.body.Messages as { ReceiptHandle: string }[]
    expect(await call('ReceiveMessage', { QueueUrl })).toEqual({ status: 200, body: {} })
    expect((await call('DeleteMessage', { QueueUrl, ReceiptHandle: message?.ReceiptHandle })).status).toBe(200)
    const { body } = await call('GetQueueAttributes', {
      QueueUrl,
      AttributeNames: ['ApproximateNumberOfMessagesNotVisible'],
    })
    expect(body).toEqual({ Attributes: { ApproximateNumberOfMessagesNotVisible: '0' } })
  })

  it('gives message attributes back with the digest that clients check', async () => {
    const { call, QueueUrl } = await startSqs()
    const MessageAttributes = { one: { DataType: 'String', StringValue: '1' } }
    const bytes = [
      0,
      0,
      0,
      3,
      ...Buffer.from('one'),
      0,
      0,
      0,
      6,
      ...Buffer.from('String'),
      1,
      0,
      0,
      0,
      1,
      ...Buffer.from('1'),
    ]
    const MD5OfMessageAttributes = createHash('md5').update(Buffer.from(bytes)).digest('hex')
    const sent = await call('SendMessage', { QueueUrl, MessageBody: 'x', MessageAttributes })
    expect(sent.body).toMatchObject({ MD5OfMessageAttributes })
    const { body } = await call('ReceiveMessage', { QueueUrl, MessageAttributeNames: ['All'] })
    expect(body).toMatchObject({ Messages: [{ MessageAttributes, MD5OfMessageAttributes }] })
  })

  it('waits for a message when asked to', async () => {
    const { call, QueueUrl } = await startSqs()
    const waiting = call('ReceiveMessage', { QueueUrl, WaitTimeSeconds: 20 })
    await call('SendMessage', { QueueUrl, MessageBody: 'late' })
    expect((await waiting).body).toMatchObject({ Messages: [{ Body: 'late' }] })
  })

  it('handles batches entry by entry', async () => {
    const { call, QueueUrl } = await startSqs()
    const sent = await call('SendMessageBatch', {
      QueueUrl,
      Entries: [
        { Id: 'a', MessageBody: 'A' },
        { Id: 'b', MessageBody: 'x'.repeat(2 ** 20 + 1) },
      ],
    })
    expect(sent.body).toMatchObject({
      Successful: [{ Id: 'a', MD5OfMessageBody: md5('A') }],
      Failed: [{ Id: 'b', Code: 'InvalidParameterValueException', SenderFault: true }],
    })
    const { body } = await call('ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10 })
    const [message] = body.Messages as { ReceiptHandle: string }[]
    const Entries = [{ Id: '1', ReceiptHandle: message?.ReceiptHandle }]
    const shown = await call('ChangeMessageVisibilityBatch', {
      QueueUrl,
      Entries: [{ ...Entries[0], VisibilityTimeout: 0 }],
    })
    expect(shown.body).toMatchObject({ Successful: [{ Id: '1' }], Failed: [] })
    expect((await call('DeleteMessageBatch', { QueueUrl, Entries })).body).toMatchObject({ Successful: [{ Id: '1' }] })
    expect((await call('ReceiveMessage', { QueueUrl })).body).toEqual({})
  })

  it('finds, lists, describes and purges queues', async () => {
    const { call, QueueUrl } = await startSqs()
    expect((await call('GetQueueUrl', { QueueName: 'q' })).body).toEqual({ QueueUrl })
    expect((await call('ListQueues', { QueueNamePrefix: 'q' })).body).toEqual({ QueueUrls: [QueueUrl] })
    await call('SendMessage', { QueueUrl, MessageBody: 'x' })
    const count = async () => {
      const { body } = await call('GetQueueAttributes', { QueueUrl, AttributeNames: ['All'] })
      return body.Attributes
    }
    expect(await count()).toMatchObject({ ApproximateNumberOfMessages: '1', VisibilityTimeout: '30' })
    await call('PurgeQueue', { QueueUrl })
    expect(await count()).toMatchObject({ ApproximateNumberOfMessages: '0' })
  })

  it.each<[operation: string, body: object, type: string]>([
    ['SendMessage', { QueueUrl: 'http://x/0/nobody', MessageBody: 'x' }, 'com.amazonaws.sqs#QueueDoesNotExist'],
    ['SendMessage', { QueueUrl: queueDefinition('q').url, MessageBody: '' }, 'InvalidParameterValueException'],
    [
      'ReceiveMessage',
      { QueueUrl: queueDefinition('q').url, MaxNumberOfMessages: 11 },
      'InvalidParameterValueException',
    ],
    [
      'ChangeMessageVisibility',
      { QueueUrl: queueDefinition('q').url, ReceiptHandle: 'x', VisibilityTimeout: 1 },
      'ReceiptHandleIsInvalid',
    ],
    ['Nonsense', {}, 'UnknownOperationException'],
  ])('refuses %s %j', async (operation, body, __type) => {
    const { call } = await startSqs()
    expect(await call(operation, body)).toMatchObject({ status: 400, body: { __type } })
  })
})
