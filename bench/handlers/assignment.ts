import * as z from 'zod'

/** A call to DynamoDB as a handler made it. */
export const RecordedCall = z.object({ operation: z.string(), input: z.record(z.string(), z.unknown()) })
export type RecordedCall = z.infer<typeof RecordedCall>

/** What a fresh process is told to time: a handler, and the same calls made with nothing around them. */
export const Assignment = z.object({
  /** The handler's module. */
  module: z.string(),
  /** JSON; each `{{minute}}` becomes another whole minute, as an instant, in every round. */
  event: z.string(),
  calls: z.array(RecordedCall),
  /** Called before the last of `calls`, where the handler calls a target. */
  targetUrl: z.string().nullable(),
  warmUps: z.int(),
  rounds: z.int(),
})
export type Assignment = z.infer<typeof Assignment>

/** Times of each round in ms, in the order of the rounds. */
export const Timings = z.object({
  own: z.array(z.number()),
  bare: z.array(z.number()),
  /** Processor time of all measured rounds, ms a round. */
  ownCpuMs: z.number(),
  bareCpuMs: z.number(),
})
export type Timings = z.infer<typeof Timings>
