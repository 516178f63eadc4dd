import { deepEqual, equal, ok } from 'node:assert/strict'
import { CognitoIdentityProviderClient, ListUserPoolsCommand } from '@aws-sdk/client-cognito-identity-provider'
import { DescribeTableCommand, DynamoDBClient, ListTablesCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda'
import { DeleteScheduleCommand, ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler'
import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns'
import { VERSION } from '../../lambdas/config/version.ts'
import { type Account, ApiClient, accountsByMailbox, until } from '../support/api-client.ts'
import { EchoTarget } from '../support/echo-target.ts'
import { ADDED_INDEX, UPDATED_VERSION } from './assembly.ts'
import { clientSettings, type MiniStack } from './ministack.ts'

/** The sweeper runs every minute, and the emulator looks at its schedules every ten seconds. */
const LONGEST_REPAIR_MS = 3 * 60_000

/** What a user had before the update. */
export type BeforeUpdate = { readonly account: Account; readonly jobId: string }

/** Uses the stack as it was deployed, and leaves something behind. */
export async function makeDataToKeep(url: string): Promise<BeforeUpdate> {
  equal((await new ApiClient(url).must('GET', '/api/health')).version, VERSION)
  const account = await accountsByMailbox(url)()
  await account.api.must('PUT', '/api/secrets/KEPT', { value: 'a value from before the update' })
  const job = await account.api.createJob({ headers: { 'X-Kept': '{{secrets.KEPT}}' } })
  equal(job.syncState, 'SYNCED')
  const { status } = await account.api.patch(`/api/jobs/${job.id}`, { targetUrl: 'http://127.0.0.1/' })
  equal(status, 400, 'a deployed stack refuses targets that are not public')
  return { account, jobId: job.id }
}

/** After the update everything is as it was, but for what the update changes. */
export async function checkUpdate(url: string, { account, jobId }: BeforeUpdate, ministack: MiniStack): Promise<void> {
  equal((await new ApiClient(url).must('GET', '/api/health')).version, UPDATED_VERSION)
  const target = await EchoTarget.start()
  try {
    // The session, the job and the secret's value are from before; that the target may be called is new.
    await account.api.must('PATCH', `/api/jobs/${jobId}`, { targetUrl: target.url('/kept') })
    const run = await account.api.runToEnd(jobId)
    equal(run.status, 'SUCCEEDED', JSON.stringify(run))
    equal(target.requests('/kept')[0]?.headers['x-kept'], 'a value from before the update')
  } finally {
    await target.close()
  }
  await checkIndex(jobId, ministack)
}

/** The new index has what was written before there was one. */
async function checkIndex(jobId: string, ministack: MiniStack): Promise<void> {
  const dynamodb = new DynamoDBClient(clientSettings(ministack))
  const { TableNames: [TableName] = [] } = await dynamodb.send(new ListTablesCommand({}))
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }))
  const indexes = Table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName).toSorted()
  equal(indexes?.join(), ['byTenant', 'bySweep', ADDED_INDEX].toSorted().join())
  const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName, IndexName: ADDED_INDEX }))
  ok(JSON.stringify(Items).includes(jobId), `${ADDED_INDEX} does not have the job from before the update`)
}

/** Somebody deletes the schedule of a job; EventBridge Scheduler starts the sweeper, which makes it again. */
export async function checkSweep({ jobId }: BeforeUpdate, ministack: MiniStack): Promise<void> {
  const scheduler = new SchedulerClient(clientSettings(ministack))
  const find = async () => (await scheduler.send(new ListSchedulesCommand({ NamePrefix: `${jobId}.` }))).Schedules?.[0]
  const schedule = await find()
  ok(schedule, `${jobId} has no schedule`)
  await scheduler.send(new DeleteScheduleCommand({ Name: schedule.Name, GroupName: schedule.GroupName }))
  equal(await find(), undefined)
  const again = await until('the sweeper to make the schedule again', find, LONGEST_REPAIR_MS)
  equal(again.Name, schedule.Name)
}

/** Nothing of the stack outlives it, but the values of secrets, which are made while it runs. */
export async function checkNothingLeft(ministack: MiniStack): Promise<void> {
  const settings = clientSettings(ministack)
  const [{ TableNames }, { Schedules }, { Functions }, { Topics }, { UserPools }] = await Promise.all([
    new DynamoDBClient(settings).send(new ListTablesCommand({})),
    new SchedulerClient(settings).send(new ListSchedulesCommand({})),
    new LambdaClient(settings).send(new ListFunctionsCommand({})),
    new SNSClient(settings).send(new ListTopicsCommand({})),
    new CognitoIdentityProviderClient(settings).send(new ListUserPoolsCommand({ MaxResults: 10 })),
  ])
  const left = { TableNames, Schedules, Functions, Topics: Topics ?? [], UserPools }
  deepEqual(left, { TableNames: [], Schedules: [], Functions: [], Topics: [], UserPools: [] })
}
