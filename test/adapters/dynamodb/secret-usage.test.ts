import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dynamoJobStore } from '../../../lambdas/adapters/dynamodb/dynamo-job-store.ts'
import { dynamoSecretUsage } from '../../../lambdas/adapters/dynamodb/secret-usage.ts'
import { deleteJob, editJob } from '../../../lambdas/domain/job/change-job.ts'
import type { Job } from '../../../lambdas/domain/job/job.ts'
import type { JobStore } from '../../../lambdas/ports/job-store.ts'
import type { SecretUsage } from '../../../lambdas/ports/secret-usage.ts'
import { someJob } from '../../contracts/job-store.ts'
import { meter } from '../../support/consumed-capacity.ts'
import { type StartedTable, startTable } from '../../support/dynamodb.ts'

const LIMIT = 100
const LATER = Date.parse('2026-11-21T13:00:00Z')
const uses = (name: string) => ({ headers: { 'x-token': `{{secrets.${name}}}` } })

describe('the usage of secrets', () => {
  let table: StartedTable
  let jobs: JobStore
  let usage: SecretUsage

  beforeAll(async () => {
    table = await startTable()
    const opened = { client: table.client, name: table.tableName }
    ;[jobs, usage] = [dynamoJobStore(opened), dynamoSecretUsage(opened)]
  })
  afterAll(() => table.stop())

  const add = async (job: Job): Promise<Job> => {
    await jobs.create(job, LIMIT)
    return job
  }
  const nameOf = ({ id, definition }: Job) => ({ jobId: id, jobName: definition.name })

  it('tells which jobs of a tenant name a secret, or are signed', async () => {
    const [first, both, signed] = await Promise.all([
      add(someJob('owner', uses('TOKEN'))),
      add(someJob('owner', { targetUrl: 'https://example.com/{{secrets.PATH_KEY}}', ...uses('TOKEN') })),
      add(someJob('owner', { sign: true })),
      add(someJob('owner')),
      add(someJob('somebody else', uses('TOKEN'))),
    ])
    const all = await usage.all('owner')
    expect(Object.fromEntries(all)).toEqual({
      TOKEN: expect.arrayContaining([nameOf(first), nameOf(both)]),
      PATH_KEY: [nameOf(both)],
      WEBHOOK_SIGNING_KEY: [nameOf(signed)],
    })
    expect(all.get('TOKEN')).toHaveLength(2)
    expect(await usage.jobsUsing('owner', 'PATH_KEY')).toEqual([nameOf(both)])
    expect(await usage.jobsUsing('owner', 'NOBODYS')).toEqual([])
  })

  it('follows an edit and a deletion', async () => {
    const job = await add(someJob('editor', uses('OLD')))
    const edited = editJob(job, { ...job.definition, ...uses('NEW') }, LATER)
    expect(await jobs.replace(edited, job.version)).toBe(true)
    expect([...(await usage.all('editor')).keys()]).toEqual(['NEW'])
    expect(await jobs.replace(deleteJob(edited, LATER), edited.version)).toBe(true)
    expect(await usage.all('editor')).toEqual(new Map())
  })

  it('costs a fraction of reading the jobs', async () => {
    for (let n = 0; n < 40; n++) await add(someJob('many', uses(`SECRET_${n}`)))
    const metered = meter(table.client)
    expect((await usage.all('many')).size).toBe(40)
    expect(metered.calls).toEqual(['QueryCommand'])
    expect(metered.units.read).toBeLessThanOrEqual(4)
  })
})
