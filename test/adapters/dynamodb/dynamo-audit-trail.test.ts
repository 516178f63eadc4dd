import { randomUUID } from 'node:crypto'
import { GetCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { auditKey, monthOf } from '../../../lambdas/adapters/dynamodb/audit-rows.ts'
import { dynamoAuditTrail } from '../../../lambdas/adapters/dynamodb/dynamo-audit-trail.ts'
import { dynamoJobStore } from '../../../lambdas/adapters/dynamodb/dynamo-job-store.ts'
import { dynamoRunLedger } from '../../../lambdas/adapters/dynamodb/dynamo-run-ledger.ts'
import { dynamoSecretCatalog } from '../../../lambdas/adapters/dynamodb/secret-catalog.ts'
import type { Table } from '../../../lambdas/adapters/dynamodb/table.ts'
import type { AuditAction, NewAuditEntry } from '../../../lambdas/domain/audit/audit-entry.ts'
import { noActivity } from '../../../lambdas/domain/run/activity.ts'
import type { AuditFilter } from '../../../lambdas/ports/audit-trail.ts'
import { someJob } from '../../contracts/job-store.ts'
import { somebody } from '../../support/author.ts'
import { type Meter, meter } from '../../support/consumed-capacity.ts'
import { type StartedTable, startTable } from '../../support/dynamodb.ts'

const NOW = Date.parse('2027-03-15T12:00:00Z')
const DAY_MS = 86_400_000

describe('the audit in DynamoDB', () => {
  let started: StartedTable
  let table: Table
  let consumed: Meter
  let tenant: string

  beforeAll(async () => {
    started = await startTable()
    table = { client: started.client, name: started.tableName }
    consumed = meter(started.client)
  })
  afterAll(() => started.stop())
  beforeEach(() => {
    tenant = randomUUID()
  })

  const trail = (now = NOW) => dynamoAuditTrail(table, () => now)

  const entryOf = (at: string | number, fields: Partial<NewAuditEntry> = {}): NewAuditEntry => ({
    tenant,
    at: typeof at === 'number' ? at : Date.parse(at),
    author: somebody,
    action: 'secret.created',
    subject: { type: 'secret', id: 'A', name: 'A' },
    before: null,
    after: { version: 1 },
    ...fields,
  })

  /** Writes an entry with a change of its own, as every store does. */
  async function write(entry: NewAuditEntry): Promise<void> {
    const instant = new Date(entry.at).toISOString()
    const secret = {
      secretId: 's',
      versionId: 'v',
      versions: 1,
      description: '',
      createdAt: instant,
      updatedAt: instant,
    }
    await dynamoSecretCatalog(table).add(entry.tenant, { ...secret, name: randomUUID() }, entry)
  }

  async function all(filter: AuditFilter = {}, limit = 100, ofService = false) {
    const found: { at: number; action: AuditAction; tenant: string }[] = []
    let after: string | undefined
    let pages = 0
    do {
      const page = ofService
        ? await trail().ofService(filter, limit, after)
        : await trail().ofTenant(tenant, filter, limit, after)
      expect(page.items.length).toBeLessThanOrEqual(limit)
      found.push(...page.items)
      after = page.next
      pages++
    } while (after !== undefined)
    return { found, pages }
  }

  const instants = [
    '2026-06-30T23:59:59.999Z',
    '2026-07-01T00:00:00.000Z',
    '2027-01-31T23:00:00Z',
    '2027-02-28T12:00:00Z',
    '2027-03-01T00:00:00.000Z',
    '2027-03-15T11:59:59Z',
  ]
  const newestFirst = instants.map((instant) => Date.parse(instant)).toReversed()

  it.each([1, 2, 3, 100])(
    'lists entries newest first over months, in pages of %i, none twice and none left out',
    async (limit) => {
      for (const instant of instants) await write(entryOf(instant))
      expect((await all({}, limit)).found.map(({ at }) => at)).toEqual(newestFirst)
    },
  )

  it('keeps entries of the same millisecond apart', async () => {
    for (let n = 0; n < 5; n++) await write(entryOf(NOW - 1))
    expect((await all({}, 2)).found).toHaveLength(5)
  })

  it.each<[AuditFilter, number]>([
    [{ from: Date.parse('2027-02-28T12:00:00Z') }, 3],
    [{ to: Date.parse('2027-02-28T12:00:00Z') }, 3],
    [{ from: Date.parse('2026-07-01T00:00:00Z'), to: Date.parse('2027-03-01T00:00:00Z') }, 3],
    [{ from: NOW + DAY_MS }, 0],
    [{ from: NOW, to: NOW - DAY_MS }, 0],
  ])('narrows by time: %j', async (filter, count) => {
    for (const instant of instants) await write(entryOf(instant))
    expect((await all(filter, 2)).found).toHaveLength(count)
  })

  it('narrows by action and by job, for a tenant and for the service alike', async () => {
    await write(entryOf(NOW - 3, { action: 'job.created', jobId: 'J1' }))
    await write(entryOf(NOW - 2, { action: 'job.paused', jobId: 'J1' }))
    await write(entryOf(NOW - 1, { action: 'job.paused', jobId: 'J2' }))
    for (const ofService of [false, true]) {
      const count = async (filter: AuditFilter) =>
        (await all(filter, 1, ofService)).found.filter((entry) => entry.tenant === tenant).length
      expect(await count({ action: 'job.paused' })).toBe(2)
      expect(await count({ jobId: 'J1' })).toBe(2)
      expect(await count({ action: 'job.paused', jobId: 'J1' })).toBe(1)
      expect(await count({ action: 'key.revoked' })).toBe(0)
    }
  })

  it('shows a tenant only their own, and the service all', async () => {
    const other = randomUUID()
    await write(entryOf(NOW - 2))
    await write(entryOf(NOW - 1, { tenant: other }))
    expect((await all()).found.map((entry) => entry.tenant)).toEqual([tenant])
    const seen = (await all({}, 3, true)).found.map((entry) => entry.tenant)
    expect(seen.filter((each) => each === tenant || each === other)).toEqual([other, tenant])
  })

  it('does not show what is to be deleted, and says when that is', async () => {
    await write(entryOf(NOW - 366 * DAY_MS))
    await write(entryOf(NOW - 364 * DAY_MS))
    const { found } = await all()
    expect(found).toHaveLength(1)
    const kept = { ...table, auditDays: 10 }
    const entry = entryOf(NOW - DAY_MS)
    const { items } = await dynamoAuditTrail(kept, () => NOW).ofTenant(tenant, {}, 10, undefined)
    expect(items).toEqual([])
    await dynamoSecretCatalog(kept).remove(tenant, 'no such secret', 0, entry)
    await dynamoJobStore(kept).create(someJob(tenant), 10, entry)
    const [written] = (await dynamoAuditTrail(kept, () => NOW).ofTenant(tenant, {}, 10, undefined)).items
    const Key = { pk: auditKey(tenant, monthOf(entry.at)), sk: written?.id }
    const { Item } = await started.client.send(new GetCommand({ TableName: table.name, Key }))
    expect(Item?.expiresAt).toBe((NOW - DAY_MS) / 1000 + 10 * 86_400)
  })

  it('answers a year without entries in one page', async () => {
    expect(await all()).toEqual({ found: [], pages: 1 })
  })

  it('costs no more to read a page of many entries than of few', async () => {
    for (let n = 0; n < 60; n++) await write(entryOf(NOW - 60 + n))
    consumed.reset()
    await trail().ofTenant(tenant, {}, 5, undefined)
    expect(consumed.calls).toEqual(['QueryCommand'])
    expect(consumed.units.read).toBeLessThanOrEqual(1)
  })

  describe('is written with the change, or not at all:', () => {
    const entries = async () => (await all()).found.length

    it('a job that exceeds the limit, or was changed by somebody faster', async () => {
      const store = dynamoJobStore(table)
      const job = someJob(tenant)
      expect(await store.create(job, 1, entryOf(NOW))).toBe(true)
      expect(await entries()).toBe(1)
      expect(await store.create(someJob(tenant), 1, entryOf(NOW))).toBe(false)
      expect(await entries()).toBe(1)
      expect(await store.replace({ ...job, version: 2 }, 7, entryOf(NOW))).toBe(false)
      expect(await entries()).toBe(1)
      expect(await store.replace({ ...job, version: 2 }, 1, entryOf(NOW))).toBe(true)
      expect(await entries()).toBe(2)
    })

    it('an activity that was changed by somebody faster', async () => {
      const ledger = dynamoRunLedger(table)
      expect(await ledger.save(tenant, 'J', { ...noActivity, rev: 1 }, entryOf(NOW))).toBe(true)
      expect(await ledger.save(tenant, 'J', { ...noActivity, rev: 1 }, entryOf(NOW))).toBe(false)
      expect(await entries()).toBe(1)
    })

    it('a secret that is not there', async () => {
      const catalog = dynamoSecretCatalog(table)
      const change = { secretId: 's', versionId: 'v', updatedAt: new Date(NOW).toISOString() }
      expect(await catalog.addVersion(tenant, 'A', change, entryOf(NOW))).toBeUndefined()
      expect(await catalog.remove(tenant, 'A', NOW, entryOf(NOW))).toBeUndefined()
      expect(await entries()).toBe(0)
    })
  })

  // A transaction costs twice as much as the same writes by themselves; the entry has one item in the index of the service.
  it('costs three write units for its entry, and the change as much again as before', async () => {
    const store = dynamoJobStore(table)
    const job = someJob(tenant)
    await store.create(job, 10)
    const costOf = async (write: () => Promise<unknown>) => {
      consumed.reset()
      await write()
      return consumed.units.write
    }
    const plain = await costOf(() => store.replace({ ...job, version: 2 }, 1))
    const audited = await costOf(() => store.replace({ ...job, version: 3 }, 2, entryOf(NOW)))
    expect({ plain, audited }).toEqual({ plain: 2, audited: 7 })
    const ledger = dynamoRunLedger(table)
    const save = (rev: number, audit?: NewAuditEntry) => ledger.save(tenant, 'J', { ...noActivity, rev }, audit)
    expect(await costOf(() => save(1))).toBe(1)
    expect(await costOf(() => save(2, entryOf(NOW)))).toBe(5)
  })
})
