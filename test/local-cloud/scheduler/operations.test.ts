import {
  ConflictException,
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  DeleteScheduleGroupCommand,
  GetScheduleCommand,
  GetScheduleGroupCommand,
  ListScheduleGroupsCommand,
  ListSchedulesCommand,
  ListTagsForResourceCommand,
  paginateListSchedules,
  ResourceNotFoundException,
  type SchedulerClient,
  ServiceQuotaExceededException,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateScheduleCommand,
  ValidationException,
} from '@aws-sdk/client-scheduler'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lambdaArn, roleArn, SchedulerBench, schedule, serve, target } from './scheduler-harness.ts'

const start = '2026-03-01T00:30:00.250Z'
const scheduleArn = (group: string, name: string) =>
  `arn:aws:scheduler:eu-west-1:111122223333:schedule/${group}/${name}`
const groupArn = (group: string) => `arn:aws:scheduler:eu-west-1:111122223333:schedule-group/${group}`

let bench: SchedulerBench
let client: SchedulerClient
let close: () => Promise<void>

beforeEach(async () => {
  bench = new SchedulerBench(start, { quotas: { schedules: 250, scheduleGroups: 4 } })
  ;({ client, close } = await serve(bench.scheduler))
})
afterEach(() => close())

const input = (fields: Partial<CreateScheduleCommandInput> = {}): CreateScheduleCommandInput => ({
  ...schedule(),
  Name: 'hourly',
  ...fields,
})
const create = (fields: Partial<CreateScheduleCommandInput> = {}) =>
  client.send(new CreateScheduleCommand(input(fields)))
const createGroup = (Name: string) => client.send(new CreateScheduleGroupCommand({ Name }))

/** The error of a call that must be refused. */
async function refusal(call: Promise<unknown>): Promise<Error> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof Error) return error
  throw new Error('The call was not refused')
}

describe('LocalScheduler, schedules', () => {
  it('creates a schedule and gives it back with what the service fills in', async () => {
    const { Target, ...rest } = input({ Target: { Arn: lambdaArn, RoleArn: roleArn } })
    expect((await create({ ...rest, Target })).ScheduleArn).toBe(scheduleArn('default', 'hourly'))
    const { $metadata, ...found } = await client.send(new GetScheduleCommand({ Name: 'hourly' }))
    expect(found).toEqual({
      Arn: scheduleArn('default', 'hourly'),
      GroupName: 'default',
      Name: 'hourly',
      ScheduleExpression: 'cron(0 * * * ? *)',
      ScheduleExpressionTimezone: 'UTC',
      State: 'ENABLED',
      ActionAfterCompletion: 'NONE',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: lambdaArn,
        RoleArn: roleArn,
        RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
      },
      CreationDate: new Date(start),
      LastModificationDate: new Date(start),
    })
    expect($metadata.requestId).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('gives back every member that was set, to the millisecond', async () => {
    await createGroup('team')
    const everything = input({
      GroupName: 'team',
      Description: 'Täglich',
      ScheduleExpressionTimezone: 'Europe/Paris',
      StartDate: new Date('2026-04-01T00:00:00.125Z'),
      EndDate: new Date('2027-04-01T00:00:00Z'),
      State: 'DISABLED',
      KmsKeyArn: 'arn:aws:kms:eu-west-1:111122223333:key/abc',
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
      ActionAfterCompletion: 'DELETE',
    })
    await client.send(new CreateScheduleCommand(everything))
    const found = await client.send(new GetScheduleCommand({ Name: 'hourly', GroupName: 'team' }))
    expect(found).toMatchObject(everything)
  })

  it('replaces everything in an update but the creation date', async () => {
    await create({ Description: 'old', ActionAfterCompletion: 'DELETE' })
    await bench.moveTo('2026-03-01T00:40:00Z')
    await client.send(new UpdateScheduleCommand(input({ ScheduleExpression: 'rate(2 hours)' })))
    const found = await client.send(new GetScheduleCommand({ Name: 'hourly' }))
    expect(found).toMatchObject({ ScheduleExpression: 'rate(2 hours)', ActionAfterCompletion: 'NONE' })
    expect(found.Description).toBeUndefined()
    expect(found.CreationDate).toEqual(new Date(start))
    expect(found.LastModificationDate).toEqual(new Date('2026-03-01T00:40:00Z'))
  })

  it('deletes a schedule', async () => {
    await create()
    await client.send(new DeleteScheduleCommand({ Name: 'hourly' }))
    const error = await refusal(client.send(new GetScheduleCommand({ Name: 'hourly' })))
    expect(error).toBeInstanceOf(ResourceNotFoundException)
    expect(error.message).toBe('Schedule hourly does not exist.')
  })

  it('keeps schedules of the same name in different groups apart', async () => {
    await createGroup('team')
    await create()
    await create({ GroupName: 'team', Description: 'of the team' })
    await client.send(new DeleteScheduleCommand({ Name: 'hourly' }))
    const found = await client.send(new GetScheduleCommand({ Name: 'hourly', GroupName: 'team' }))
    expect(found.Description).toBe('of the team')
  })

  const absent = { Name: 'absent' }
  const notThere: [what: string, call: () => Promise<unknown>, message: string][] = [
    ['GetSchedule', () => client.send(new GetScheduleCommand(absent)), 'Schedule absent does not exist.'],
    ['DeleteSchedule', () => client.send(new DeleteScheduleCommand(absent)), 'Schedule absent does not exist.'],
    ['UpdateSchedule', () => client.send(new UpdateScheduleCommand(input(absent))), 'Schedule absent does not exist.'],
    ['CreateSchedule in a group', () => create({ GroupName: 'nobody' }), 'Schedule Group nobody does not exist.'],
    [
      'ListSchedules of a group',
      () => client.send(new ListSchedulesCommand({ GroupName: 'nobody' })),
      'Schedule Group nobody does not exist.',
    ],
    [
      'GetScheduleGroup',
      () => client.send(new GetScheduleGroupCommand(absent)),
      'Schedule Group absent does not exist.',
    ],
    [
      'DeleteScheduleGroup',
      () => client.send(new DeleteScheduleGroupCommand(absent)),
      'Schedule Group absent does not exist.',
    ],
    [
      'ListTagsForResource',
      () => client.send(new ListTagsForResourceCommand({ ResourceArn: groupArn('absent') })),
      'Schedule Group absent does not exist.',
    ],
  ]
  it.each(notThere)('answers 404 to %s that is not there', async (_what, call, message) => {
    const error = await refusal(call())
    expect(error).toBeInstanceOf(ResourceNotFoundException)
    expect(error.message).toBe(message)
    expect(error).toMatchObject({ $metadata: { httpStatusCode: 404 } })
  })

  it('answers 409 to a name that is taken', async () => {
    await create()
    const error = await refusal(create())
    expect(error).toBeInstanceOf(ConflictException)
    expect(error.message).toBe('Schedule hourly already exists.')
    expect(error).toMatchObject({ $metadata: { httpStatusCode: 409 } })
  })

  it('does a call repeated with its client token once', async () => {
    const first = await create({ ClientToken: 'one' })
    expect(await create({ ClientToken: 'one' })).toMatchObject({ ScheduleArn: first.ScheduleArn })
    const other = await refusal(create({ ClientToken: 'one', Description: 'other' }))
    expect(other).toBeInstanceOf(ConflictException)
    const gone = { Name: 'hourly', ClientToken: 'two' }
    await client.send(new DeleteScheduleCommand(gone))
    await client.send(new DeleteScheduleCommand(gone))
  })

  it('answers 402 beyond the quotas', async () => {
    for (let index = 0; index < 250; index++) await bench.create(`job-${index}`)
    const error = await refusal(create())
    expect(error).toBeInstanceOf(ServiceQuotaExceededException)
    expect(error).toMatchObject({ $metadata: { httpStatusCode: 402 } })
    for (const name of ['a', 'b', 'c']) await createGroup(name)
    expect(await refusal(createGroup('d'))).toBeInstanceOf(ServiceQuotaExceededException)
  })

  it('takes names with every character allowed', async () => {
    const Name = `aZ09-_.${'x'.repeat(57)}`
    await create({ Name })
    expect((await client.send(new GetScheduleCommand({ Name }))).Name).toBe(Name)
  })
})

describe('LocalScheduler, validation', () => {
  const member = (value: string, path: string, constraint: string) =>
    `1 validation error detected: Value '${value}' at '${path}' failed to satisfy constraint: ${constraint}`
  const namePattern = 'Member must satisfy regular expression pattern: [0-9a-zA-Z-_.]+'
  const flexible = (Mode: 'OFF' | 'FLEXIBLE', MaximumWindowInMinutes?: number) => ({
    FlexibleTimeWindow: { Mode, MaximumWindowInMinutes },
  })
  const aimedAt = (fields: Record<string, unknown>) => ({ Target: target(fields) })
  const refused: [what: string, fields: Record<string, unknown>, message: string][] = [
    ['a name with a slash', { Name: 'a/b' }, member('a/b', 'name', namePattern)],
    [
      'a name too long',
      { Name: 'x'.repeat(65) },
      member('x'.repeat(65), 'name', 'Member must have length less than or equal to 64'),
    ],
    [
      'a name both wrong and too long',
      { Name: '/'.repeat(65) },
      `2 validation errors detected: Value '${'/'.repeat(65)}' at 'name' failed to satisfy constraint: ${namePattern}; ` +
        `Value '${'/'.repeat(65)}' at 'name' failed to satisfy constraint: Member must have length less than or equal to 64`,
    ],
    ['a group name with a space', { GroupName: 'a b' }, member('a b', 'groupName', namePattern)],
    [
      'an unknown state',
      { State: 'PAUSED' },
      member('PAUSED', 'state', 'Member must satisfy enum value set: [ENABLED, DISABLED]'),
    ],
    [
      'too many retries',
      aimedAt({ RetryPolicy: { MaximumRetryAttempts: 186 } }),
      member('186', 'target.retryPolicy.maximumRetryAttempts', 'Member must have value less than or equal to 185'),
    ],
    [
      'too young an event age',
      aimedAt({ RetryPolicy: { MaximumEventAgeInSeconds: 59 } }),
      member('59', 'target.retryPolicy.maximumEventAgeInSeconds', 'Member must have value greater than or equal to 60'),
    ],
    [
      'a FIFO dead-letter queue',
      aimedAt({ DeadLetterConfig: { Arn: 'arn:aws:sqs:eu-west-1:111122223333:dead.fifo' } }),
      member(
        'arn:aws:sqs:eu-west-1:111122223333:dead.fifo',
        'target.deadLetterConfig.arn',
        'Member must satisfy regular expression pattern: arn:aws[a-z-]*:sqs:[a-z0-9\\-]+:\\d{12}:[a-zA-Z0-9\\-_]+',
      ),
    ],
    [
      'a description too long',
      { Description: 'd'.repeat(513) },
      member('d'.repeat(513), 'description', 'Member must have length less than or equal to 512'),
    ],
    [
      'a window too wide',
      flexible('FLEXIBLE', 1441),
      member('1441', 'flexibleTimeWindow.maximumWindowInMinutes', 'Member must have value less than or equal to 1440'),
    ],
    [
      'a flexible window without its width',
      flexible('FLEXIBLE'),
      'MaximumWindowInMinutes must be provided when FlexibleTimeWindowMode is set to FLEXIBLE.',
    ],
    [
      'a width without a flexible window',
      flexible('OFF', 5),
      'MaximumWindowInMinutes must not be provided when FlexibleTimeWindowMode is set to OFF.',
    ],
    ['an Input that is not JSON', aimedAt({ Input: '{' }), 'JSON syntax error in input for the target.'],
    ['a target that is no ARN', aimedAt({ Arn: 'executor' }), 'Provided Arn is not in correct format.'],
    [
      'a target in another region',
      aimedAt({ Arn: 'arn:aws:lambda:us-east-1:111122223333:function:executor' }),
      'The target ARN provided does not match the current region eu-west-1.',
    ],
    [
      'a target of a service that no schedule can invoke',
      aimedAt({ Arn: 'arn:aws:s3:::bucket' }),
      's3 is not a supported service for a target.',
    ],
    [
      "another service's parameters",
      aimedAt({ SqsParameters: { MessageGroupId: 'a' } }),
      'Parameters SqsParameters not supported for the target.',
    ],
    [
      'an unknown time zone',
      { ScheduleExpressionTimezone: 'Europe/Atlantis' },
      'Invalid Schedule Expression Timezone Europe/Atlantis.',
    ],
    [
      'a StartDate more than five minutes ago',
      { StartDate: new Date('2026-03-01T00:25:00Z') },
      'The StartDate you specify cannot be earlier than 5 minutes ago.',
    ],
    [
      'a StartDate that is not before the EndDate',
      { StartDate: new Date('2026-04-01T00:00:00Z'), EndDate: new Date('2026-04-01T00:00:00Z') },
      'The StartDate you specify must come before the EndDate.',
    ],
  ]
  it.each(refused)('refuses %s', async (_what, fields, message) => {
    const error = await refusal(create(fields))
    expect(error).toBeInstanceOf(ValidationException)
    expect(error.message).toBe(message)
    expect(error).toMatchObject({ $metadata: { httpStatusCode: 400 } })
    expect((await client.send(new ListSchedulesCommand({}))).Schedules).toEqual([])
  })

  const bad = [
    'cron(0 1 * * * *)',
    'cron(7 20 * * NOT *)',
    'cron(INVALID)',
    'cron(0 dummy ? * MON-FRI *)',
    'cron(71 8 1 * ? *)',
    'cron()',
    'rate(10 seconds)',
    'rate(10 years)',
    'rate()',
    'rate(10)',
    'rate(10 minutess)',
    'rate(foo minutes)',
    'rate(0 minutes)',
    'rate(-10 minutes)',
    'rate( 10 minutes )',
    ' rate(10 minutes)',
    'at(2021-12-31T23:59:59Z)',
    'at(2021-12-31)',
  ]
  it.each(bad)('refuses the expression "%s"', async (ScheduleExpression) => {
    const error = await refusal(create({ ScheduleExpression }))
    expect(error).toBeInstanceOf(ValidationException)
    expect(error.message).toBe(`Invalid Schedule Expression ${ScheduleExpression}.`)
  })

  const good = [
    'cron(*/15 * * * ? *)',
    'cron(0-59/10 0-23/2 ? * * *)',
    'cron(0-15/1 8-8 ? * 2,3,4,5,6,7 *)',
    'cron(1-31/30 1-1 ? * 1,7 *)',
    'rate(1 minute)',
    'rate(2 minute)',
    'rate(10 minutes)',
    'at(2021-12-31T23:59:59)',
  ]
  it.each(good)('takes the expression %s', async (ScheduleExpression) => {
    await create({ ScheduleExpression, State: 'DISABLED' })
    expect((await client.send(new GetScheduleCommand({ Name: 'hourly' }))).ScheduleExpression).toBe(ScheduleExpression)
  })

  it('takes a StartDate five minutes ago', async () => {
    await create({ StartDate: new Date('2026-03-01T00:25:00.250Z') })
  })

  it('takes text that is not JSON as Input for a queue', async () => {
    await create({ Target: target({ Arn: 'arn:aws:sqs:eu-west-1:111122223333:queue', Input: 'hello' }) })
  })

  it('names required members that are missing', async () => {
    const { status, body } = await bench.call('POST', '/schedules/empty', {})
    expect(status).toBe(400)
    expect(body.Message).toMatch(/^3 validation errors detected: /)
    for (const path of ['flexibleTimeWindow', 'target', 'scheduleExpression'])
      expect(body.Message).toContain(`Value null at '${path}' failed to satisfy constraint: Member must not be null`)
    const nested = await bench.call('POST', '/schedules/empty', { ...schedule(), FlexibleTimeWindow: {}, Target: {} })
    for (const path of ['flexibleTimeWindow.mode', 'target.arn', 'target.roleArn'])
      expect(nested.body.Message).toContain(`Value null at '${path}'`)
  })

  const unreadable: [what: string, body: unknown][] = [
    ['a list for a body', []],
    ['a number for a text', { ...schedule(), Description: 5 }],
    ['a text for a number', { ...schedule(), Target: target({ RetryPolicy: { MaximumRetryAttempts: '3' } }) }],
    ['a text for a date', { ...schedule(), StartDate: '2026-04-01T00:00:00Z' }],
    ['a text for a structure', { ...schedule(), Target: 'arn' }],
  ]
  it.each(unreadable)('answers SerializationException to %s', async (_what, body) => {
    const response = await bench.scheduler.handle({
      method: 'POST',
      path: '/schedules/any',
      query: new URLSearchParams(),
      headers: {},
      body: new TextEncoder().encode(JSON.stringify(body)),
    })
    expect(response.status).toBe(400)
    expect(response.headers['x-amzn-errortype']).toBe('SerializationException')
  })

  it('answers 404 to a call that is none of its operations', async () => {
    expect((await bench.call('PATCH', '/schedules/any')).status).toBe(404)
    expect((await bench.call('GET', '/constructor')).status).toBe(404)
    expect((await bench.call('POST', '/schedules')).status).toBe(404)
  })
})

describe('LocalScheduler, listing', () => {
  const names = async (query: Partial<ConstructorParameters<typeof ListSchedulesCommand>[0]> = {}) => {
    const { Schedules } = await client.send(new ListSchedulesCommand(query))
    return Schedules?.map(({ GroupName, Name }) => `${GroupName}/${Name}`)
  }

  it('lists summaries by group, prefix and state, in order', async () => {
    await createGroup('team')
    await create({ Name: 'b' })
    await create({ Name: 'a', State: 'DISABLED' })
    await create({ Name: 'ab', GroupName: 'team' })
    expect(await names()).toEqual(['default/a', 'default/b', 'team/ab'])
    expect(await names({ GroupName: 'team' })).toEqual(['team/ab'])
    expect(await names({ NamePrefix: 'a' })).toEqual(['default/a', 'team/ab'])
    expect(await names({ State: 'ENABLED' })).toEqual(['default/b', 'team/ab'])
    const { Schedules, NextToken } = await client.send(new ListSchedulesCommand({ GroupName: 'team' }))
    expect(NextToken).toBeUndefined()
    expect(Schedules).toEqual([
      {
        Arn: scheduleArn('team', 'ab'),
        Name: 'ab',
        GroupName: 'team',
        State: 'ENABLED',
        CreationDate: new Date(start),
        LastModificationDate: new Date(start),
        Target: { Arn: lambdaArn },
      },
    ])
  })

  it('pages through everything once, also while schedules come and go', async () => {
    for (let index = 0; index < 230; index++) await bench.create(`job-${String(index).padStart(3, '0')}`)
    const seen: string[] = []
    for await (const page of paginateListSchedules({ client, pageSize: 70 }, {})) {
      seen.push(...(page.Schedules ?? []).map(({ Name }) => Name ?? ''))
      if (seen.length === 70) {
        await bench.call('DELETE', '/schedules/job-069')
        await bench.call('DELETE', '/schedules/job-100')
        await bench.create('aaa')
        await bench.create('job-0695')
      }
    }
    const expected = Array.from({ length: 230 }, (_, index) => `job-${String(index).padStart(3, '0')}`)
    expected.splice(expected.indexOf('job-100'), 1)
    expected.splice(70, 0, 'job-0695')
    expect(seen).toEqual(expected)
  })

  it('gives at most 100 and no token after the last page', async () => {
    for (let index = 0; index < 100; index++) await bench.create(`job-${index}`)
    const full = await client.send(new ListSchedulesCommand({}))
    expect(full.Schedules).toHaveLength(100)
    expect(full.NextToken).toBeUndefined()
    await bench.create('one-more')
    expect((await client.send(new ListSchedulesCommand({}))).NextToken).toBeDefined()
  })

  it('refuses a page size out of range and a token of its own making', async () => {
    const tooMany = await refusal(client.send(new ListSchedulesCommand({ MaxResults: 101 })))
    expect(tooMany.message).toContain("Value '101' at 'maxResults'")
    const forged = await refusal(client.send(new ListSchedulesCommand({ NextToken: 'forged' })))
    expect(forged).toBeInstanceOf(ValidationException)
  })
})

describe('LocalScheduler, groups and tags', () => {
  it('has a default group that can be neither created nor deleted', async () => {
    expect(await client.send(new GetScheduleGroupCommand({ Name: 'default' }))).toMatchObject({
      Arn: groupArn('default'),
      State: 'ACTIVE',
    })
    const message = 'This operation cannot be performed on schedule group default.'
    expect((await refusal(createGroup('default'))).message).toBe(message)
    expect((await refusal(client.send(new DeleteScheduleGroupCommand({ Name: 'default' })))).message).toBe(message)
  })

  it('creates, lists and deletes a group with its schedules', async () => {
    expect((await createGroup('team')).ScheduleGroupArn).toBe(groupArn('team'))
    expect((await refusal(createGroup('team'))).message).toBe('Schedule Group team already exists.')
    await create({ GroupName: 'team' })
    await create({ Name: 'other' })
    const { ScheduleGroups } = await client.send(new ListScheduleGroupsCommand({}))
    expect(ScheduleGroups?.map(({ Name }) => Name)).toEqual(['default', 'team'])
    expect((await client.send(new ListScheduleGroupsCommand({ NamePrefix: 'te' }))).ScheduleGroups).toHaveLength(1)
    const { NextToken } = await client.send(new ListScheduleGroupsCommand({ MaxResults: 1 }))
    const rest = await client.send(new ListScheduleGroupsCommand({ MaxResults: 1, NextToken }))
    expect(rest.ScheduleGroups?.map(({ Name }) => Name)).toEqual(['team'])
    await client.send(new DeleteScheduleGroupCommand({ Name: 'team' }))
    expect((await client.send(new ListSchedulesCommand({}))).Schedules?.map(({ Name }) => Name)).toEqual(['other'])
    await bench.moveTo('2026-03-01T01:30:00Z')
    expect(bench.invocations).toHaveLength(1)
  })

  it('tags groups', async () => {
    const ResourceArn = groupArn('team')
    const tagsOf = async () => (await client.send(new ListTagsForResourceCommand({ ResourceArn }))).Tags
    await client.send(new CreateScheduleGroupCommand({ Name: 'team', Tags: [{ Key: 'a', Value: '1' }] }))
    const Tags = [
      { Key: 'a', Value: '2' },
      { Key: 'b c', Value: '3' },
      { Key: 'd', Value: '4' },
    ]
    await client.send(new TagResourceCommand({ ResourceArn, Tags }))
    expect(await tagsOf()).toEqual(Tags)
    await client.send(new UntagResourceCommand({ ResourceArn, TagKeys: ['a', 'b c'] }))
    expect(await tagsOf()).toEqual([{ Key: 'd', Value: '4' }])
  })

  it('refuses to tag a schedule: only groups carry tags', async () => {
    await create()
    const call = client.send(new TagResourceCommand({ ResourceArn: scheduleArn('default', 'hourly'), Tags: [] }))
    const error = await refusal(call)
    expect(error).toBeInstanceOf(ValidationException)
    expect(error.message).toContain("at 'resourceArn' failed to satisfy constraint")
  })
})
