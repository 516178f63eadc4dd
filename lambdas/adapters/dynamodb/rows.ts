import * as z from 'zod/mini'
import { Delivery } from '../../domain/notification/delivery.ts'
import { Activity, noActivity } from '../../domain/run/activity.ts'
import { durationOf, Run, RunStatus } from '../../domain/run/run.ts'
import { parseRunId } from '../../domain/run/run-id.ts'
import { ACTIVITY_KEY, jobKey, runKey, runsOfTenantKey } from './job-keys.ts'

/** Activities and runs as the table holds them. Rows are parsed, never trusted: whatever is read goes through these. */

const ActivityRow = z.object({ activity: Activity })

/** @param writer of this very revision, unlike any other: two deliveries of an order may want to write the same. */
export const activityItem = (tenant: string, jobId: string, activity: Activity, writer: string) => ({
  pk: jobKey(tenant, jobId),
  sk: ACTIVITY_KEY,
  rev: activity.rev,
  writer,
  activity,
})

export const parseActivity = (item: unknown): Activity =>
  item === undefined ? noActivity : ActivityRow.parse(item).activity

/** Kept as one JSON text: half the size of the same as attributes, and nothing queries by it. */
const RunDetail = z.omit(Run, { tenant: true, id: true, status: true, expiresAt: true, notifications: true })

const RunRow = z.object({
  pk: z.string(),
  tenantSk: z.string(),
  tenantPk: z.string(),
  status: RunStatus,
  /** Epoch seconds, as DynamoDB's time to live wants it. */
  expiresAt: z.number(),
  detail: z.string(),
  /** Written later than the rest, so an attribute of its own. */
  notifications: z.optional(z.string()),
})

export function runItem(run: Run, token: number) {
  const { tenant, id, status, expiresAt, notifications, ...detail } = run
  const jobId = parseRunId(id)?.jobId ?? ''
  const durationMs = durationOf(run)
  return {
    pk: jobKey(tenant, jobId),
    sk: runKey(id),
    tenantPk: runsOfTenantKey(tenant),
    tenantSk: id,
    status,
    ...(durationMs === null ? {} : { durationMs }),
    claim: token,
    expiresAt: Math.floor(expiresAt / 1000),
    detail: JSON.stringify(detail),
    notifications: notificationsText(notifications),
  }
}

export const notificationsText = (notifications: Run['notifications']): string | undefined =>
  notifications && JSON.stringify(notifications)

export function parseRun(tenant: string, item: unknown): Run {
  const row = RunRow.parse(item)
  return {
    tenant,
    id: row.tenantSk,
    status: row.status,
    expiresAt: row.expiresAt * 1000,
    ...RunDetail.parse(JSON.parse(row.detail)),
    ...(row.notifications === undefined
      ? {}
      : { notifications: z.array(Delivery).parse(JSON.parse(row.notifications)) }),
  }
}
