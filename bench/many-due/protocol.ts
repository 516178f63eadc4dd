import * as z from 'zod'

/** What the benchmark and a contender's process tell each other, over Node's channel between processes. */

/** Make so many one-off jobs that call the target, all due at `dueAt` (epoch ms, a whole second). */
export const Order = z.object({ count: z.int(), dueAt: z.number(), targetUrl: z.string() })
export type Order = z.infer<typeof Order>

export const Report = z.discriminatedUnion('kind', [
  /** It takes orders. */
  z.object({ kind: z.literal('ready') }),
  /** All jobs are stored. */
  z.object({ kind: z.literal('prepared') }),
  /** All have run, and what is kept of them is kept. `records`: how many can be read. */
  z.object({ kind: z.literal('finished'), at: z.number(), records: z.int().nullable() }),
])
export type Report = z.infer<typeof Report>
