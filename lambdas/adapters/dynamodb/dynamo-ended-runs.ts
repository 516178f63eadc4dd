import * as z from 'zod'
import { type EndedRun, endedStatuses } from '../../domain/figures/tally.ts'
import { runIdFloor } from '../../domain/run/run-id.ts'
import type { EndedRuns } from '../../ports/ended-runs.ts'
import { BY_TENANT, runsOfTenantKey } from './job-keys.ts'
import { queryPages } from './query-pages.ts'
import type { Table } from './table.ts'

/** What the index has of a run: a fraction of its record, so that a read unit shows about forty of them. */
const IndexRow = z.object({
  tenantSk: z.string(),
  status: z.enum([...endedStatuses, 'RUNNING']),
  durationMs: z.number().optional(),
})

/** Later than every id: ids are digits and upper-case letters. */
const AFTER_ALL = '~'

export const dynamoEndedRuns = (table: Table): EndedRuns => ({
  async *between(tenant, from, to) {
    const pages = queryPages(table.client, {
      TableName: table.name,
      IndexName: BY_TENANT,
      KeyConditionExpression: 'tenantPk = :runs AND tenantSk BETWEEN :from AND :to',
      // No id is as short as the bounds are: that BETWEEN includes its end does not matter.
      ExpressionAttributeValues: {
        ':runs': runsOfTenantKey(tenant),
        ':from': runIdFloor(from),
        ':to': to === undefined ? AFTER_ALL : runIdFloor(to),
      },
    })
    for await (const { Items = [] } of pages) {
      for (const item of Items) {
        const { tenantSk: id, status, durationMs = null } = IndexRow.parse(item)
        if (status !== 'RUNNING') yield { id, status, durationMs } satisfies EndedRun
      }
    }
  },
})
