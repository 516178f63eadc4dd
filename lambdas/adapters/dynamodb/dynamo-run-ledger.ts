import { randomUUID } from 'node:crypto'
import * as z from 'zod/mini'
import { parseRunId, runIdFloor } from '../../domain/run/run-id.ts'
import type { RunLedger } from '../../ports/run-ledger.ts'
import { auditPuts } from './audit-rows.ts'
import { readSnapshot } from './dynamo-job-collection.ts'
import { ACTIVITY_KEY, jobKey, runIdOfKey, runKey } from './job-keys.ts'
import { putLateRun } from './late-run-rows.ts'
import { queryPages } from './query-pages.ts'
import { activityItem, notificationsText, parseActivity, parseRun, runItem } from './rows.ts'
import type { Table } from './table.ts'
import { transact } from './transact.ts'
import { type StoredItem, writeIf } from './write-if.ts'

/** Of a put whose condition does not hold, so that one whose answer was lost is recognized. */
const SHOW_STORED = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const

const RunKey = z.object({ sk: z.string() })

export function dynamoRunLedger(table: Table): RunLedger {
  const { client, name: TableName } = table
  return {
    snapshot: (tenant, jobId) => readSnapshot(table, tenant, jobId),

    async activity(tenant, jobId) {
      const Key = { pk: jobKey(tenant, jobId), sk: ACTIVITY_KEY }
      const { Item } = await client.get({ TableName, Key, ConsistentRead: true })
      return Item ? parseActivity(Item) : undefined
    },

    async record(tenant, runId) {
      const jobId = parseRunId(runId)?.jobId
      if (jobId === undefined) return undefined
      const Key = { pk: jobKey(tenant, jobId), sk: runKey(runId) }
      const { Item } = await client.get({ TableName, Key, ConsistentRead: true })
      return Item ? parseRun(tenant, Item) : undefined
    },

    async recordedRunIds(tenant, jobId, from, to) {
      const pages = queryPages(client, {
        TableName,
        KeyConditionExpression: 'pk = :job AND sk BETWEEN :from AND :to',
        // No id is as short as the bounds are: that BETWEEN includes its end does not matter.
        ExpressionAttributeValues: {
          ':job': jobKey(tenant, jobId),
          ':from': runKey(runIdFloor(from)),
          ':to': runKey(runIdFloor(to)),
        },
        ProjectionExpression: 'sk',
        ConsistentRead: true,
      })
      const ids = new Set<string>()
      for await (const page of pages) {
        for (const item of page.Items ?? []) ids.add(runIdOfKey(RunKey.parse(item).sk))
      }
      return ids
    },

    async save(tenant, jobId, activity, audit) {
      const writer = randomUUID()
      const put = {
        TableName,
        Item: activityItem(tenant, jobId, activity, writer),
        ...(activity.rev === 1
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : { ConditionExpression: 'rev = :before', ExpressionAttributeValues: { ':before': activity.rev - 1 } }),
      }
      // A claim is on the way of every run: without an entry it stays a single write at half the price.
      if (!audit) return writeIf(client.put({ ...put, ...SHOW_STORED }), (it) => it.writer?.S === writer)
      return (await transact(table, [{ Put: put }, ...auditPuts(table, audit)])) === undefined
    },

    conclude(run, token) {
      const Item = runItem(run, token)
      const put = {
        TableName,
        Item,
        ConditionExpression: 'attribute_not_exists(pk) OR (#status = :running AND claim <= :token)',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':running': 'RUNNING', ':token': token },
        ...SHOW_STORED,
      }
      const isOwn = ({ claim, status, detail }: StoredItem) =>
        claim?.N === `${token}` && status?.S === run.status && detail?.S === Item.detail
      return writeIf(client.put(put), isOwn)
    },

    note(run, notifications) {
      const before = notificationsText(run.notifications)
      return writeIf(
        client.update({
          TableName,
          Key: { pk: jobKey(run.tenant, parseRunId(run.id)?.jobId ?? ''), sk: runKey(run.id) },
          UpdateExpression: 'SET notifications = :now',
          ConditionExpression: `attribute_exists(pk) AND ${before === undefined ? 'attribute_not_exists(notifications)' : 'notifications = :before'}`,
          ExpressionAttributeValues: { ':now': notificationsText(notifications), ':before': before },
        }),
      )
    },
    noteLate: (tenant, runId, now) => putLateRun(table, { tenant, runId, notedAt: now }),
  }
}
