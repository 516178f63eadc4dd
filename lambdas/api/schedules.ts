import { planLimits } from '../domain/account/plan.ts'
import { refuseFaults } from '../domain/refusal.ts'
import { previewSchedule } from '../domain/schedule/preview-schedule.ts'
import { targetWarnings } from '../domain/target/check-target.ts'
import { Target } from '../domain/target/target.ts'
import { ok } from '../http/answer.ts'
import { type ApiFunctionDeps, apiFunction } from '../http/api-function.ts'
import { schedulesContracts } from '../http/contracts/schedules.ts'
import { userEndpoint } from '../http/endpoint.ts'
import type { Clock } from '../ports/clock.ts'

export type SchedulesDeps = ApiFunctionDeps & { readonly clock: Clock; readonly tzVersion: string }

/** Serves `/api/schedules`: what a schedule means, before anything is stored. */
export const schedulesFunction = (deps: SchedulesDeps) =>
  apiFunction(
    'schedules',
    {
      previewSchedule: userEndpoint(schedulesContracts.previewSchedule, async ({ body }) => {
        const { cronExpression, timezone, count, targetUrl } = body
        const from = body.from === undefined ? deps.clock() : Date.parse(body.from)
        // As for a job that is saved at that moment.
        const anchor = Math.floor(from / 60_000) * 60_000
        const minimumIntervalMs = planLimits.FREE.minimumIntervalSeconds * 1000
        const { tzVersion } = deps
        const previewed = previewSchedule({
          cronExpression,
          timezone,
          count,
          from,
          anchor,
          minimumIntervalMs,
          tzVersion,
        })
        if (!previewed.ok) throw refuseFaults([{ pointer: `/${previewed.field}`, detail: previewed.problem }])
        const aboutTarget = targetUrl === undefined ? [] : targetWarnings(Target.parse({ targetUrl }))
        const warnings = [...previewed.preview.warnings, ...aboutTarget.map(({ detail }) => detail)]
        return ok({ ...previewed.preview, warnings })
      }),
    },
    deps,
  )
