import type { Clock } from '../clock.ts'
import type { DurableStore } from '../durable-store.ts'
import type { Dispatcher } from './dispatcher.ts'
import type { IdempotencyLedger } from './idempotency.ts'
import { MemberReader, parseJsonObject } from './request-members.ts'
import type { ScheduleBook } from './schedule-book.ts'
import type { Place } from './schedule-record.ts'

/** Account-wide limits (EventBridge Scheduler User Guide, "Quotas"). */
export type Quotas = { readonly schedules: number; readonly scheduleGroups: number }

/** What every operation works on. */
export type OperationContext = {
  readonly book: ScheduleBook
  readonly dispatcher: Dispatcher
  readonly ledger: IdempotencyLedger
  readonly store: DurableStore
  readonly clock: Clock
  readonly place: Place
  readonly quotas: Quotas
}

/** A request as an operation reads it; `resource` is the last part of the path, decoded, or empty. */
export type OperationRequest = {
  readonly resource: string
  readonly query: URLSearchParams
  readonly body: Uint8Array
}

/** Answers with the members of the output; throws a WireError to refuse. */
export type Operation = (request: OperationRequest, context: OperationContext) => unknown

/** Members of an operation whose input is the path and a JSON body. */
export function bodyMembers(request: OperationRequest, resourceMember: string): MemberReader {
  return new MemberReader({ ...parseJsonObject(request.body), [resourceMember]: request.resource })
}

/** Members of an operation whose input is the path and the query; `names` maps members to query parameters. */
export function queryMembers(
  request: OperationRequest,
  names: Readonly<Record<string, string>>,
  fixed: Readonly<Record<string, unknown>> = {},
): MemberReader {
  const members: Record<string, unknown> = { ...fixed }
  for (const [member, parameter] of Object.entries(names)) {
    const value = request.query.get(parameter)
    if (value !== null) members[member] = member === 'MaxResults' && /^-?\d{1,9}$/.test(value) ? Number(value) : value
  }
  return new MemberReader(members)
}

/** What was asked, as text to compare repeated calls by. */
export function requestText(request: OperationRequest): string {
  return `${request.query} ${new TextDecoder().decode(request.body)}`
}
