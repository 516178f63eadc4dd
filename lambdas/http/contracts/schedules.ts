import * as z from 'zod'
import { bare, type ContractsOf } from '../contract.ts'

const MOST_INSTANTS = 100

const Preview = z.object({
  next: z
    .array(z.string())
    .meta({ description: 'The next planned instants; fewer than asked for when the schedule ends.' }),
  description: z.string().meta({ description: 'The schedule in plain English.' }),
  awsExpressions: z.array(z.string()).meta({ description: 'What EventBridge Scheduler gets.' }),
  warnings: z.array(z.string()).meta({ description: 'What may surprise: clock changes, months that are skipped.' }),
  tzVersion: z.string().meta({ description: 'Edition of the time zone database that this was computed with.' }),
})

export const schedulesContracts = {
  previewSchedule: {
    ...bare,
    summary: 'Preview a schedule',
    description: 'What a schedule means and when it fires next, without storing anything.',
    body: z.strictObject({
      cronExpression: z
        .string()
        .min(1)
        .max(256)
        .meta({ examples: ['0 2 * * *'] }),
      timezone: z
        .string()
        .min(1)
        .max(50)
        .default('UTC')
        .meta({ examples: ['Europe/Paris'] }),
      count: z.int().min(1).max(MOST_INSTANTS).default(10),
      from: z.iso
        .datetime({ error: 'must be an instant in UTC such as 2027-01-31T08:00:00Z' })
        .optional()
        .meta({ description: 'Only instants later than this; now if not given.' }),
      targetUrl: z
        .string()
        .min(1)
        .max(2048)
        .optional()
        .meta({ description: 'Checked as well: the warnings then speak of the target, too.' }),
    }),
    answers: { 200: { description: 'The preview.', schema: Preview } },
  },
} as const satisfies ContractsOf<'schedules'>
