import * as z from 'zod'
import { importLimits } from '../limits.ts'

/** A crontab, as `crontab -l` prints it. */
export const CrontabDocument = z.strictObject({
  format: z.literal('crontab'),
  crontab: z
    .string()
    .max(importLimits.crontabCharacters)
    .refine(
      (text) => text.split('\n').length <= importLimits.crontabLines,
      `must have at most ${importLimits.crontabLines} lines`,
    )
    .meta({ examples: ['*/5 * * * * curl -fsS https://example.com/sync'] }),
  timezone: z
    .string()
    .min(1)
    .max(50)
    .default('UTC')
    .meta({ description: 'The time zone of the machine that the crontab is from; CRON_TZ lines go before it.' }),
  userField: z
    .boolean()
    .default(false)
    .meta({ description: 'Whether a user stands before each command, as in /etc/crontab and /etc/cron.d.' }),
})
export type CrontabDocument = z.output<typeof CrontabDocument>
