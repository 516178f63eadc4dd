import * as z from 'zod'
import { parseRunId } from '../../lambdas/domain/run/run-id.ts'

/** The executor's log line of a run. */
const RunEntry = z.object({
  message: z.literal('run'),
  run: z.string(),
  jobName: z.string(),
  status: z.string(),
  httpStatus: z.number().optional(),
  reason: z.string().optional(),
  RunDuration: z.number().optional(),
  StartLateness: z.number().optional(),
})

/** What the executor says of a run that it lays aside. */
const WaitEntry = z.object({
  message: z.literal('run waits'),
  run: z.string(),
  jobName: z.string(),
  attempt: z.int(),
  until: z.iso.datetime(),
})

const ErrorEntry = z.object({
  level: z.literal('error'),
  message: z.string(),
  error: z.object({ message: z.string() }).optional(),
})

const LONGEST_LINE = 300

/** A control character of a job's name must not reach the terminal. */
const CONTROL_CHARACTERS = /\p{Cc}/gu

/**
 * What the person at the terminal sees of a line that a function wrote: one line per run, per long wait of one and per
 * error, nothing of the rest.
 */
export function terminalLine(functionId: string, line: string): string | undefined {
  const entry = parseJson(line)
  if (entry === undefined) return undefined
  const run = RunEntry.safeParse(entry)
  if (run.success) return describeRun(run.data)
  const wait = WaitEntry.safeParse(entry)
  if (wait.success) return describeWait(wait.data)
  const error = ErrorEntry.safeParse(entry)
  if (!error.success) return undefined
  const { message, error: thrown } = error.data
  return printable(`! ${functionId}: ${message}${thrown ? `: ${thrown.message}` : ''}`)
}

function describeRun(run: z.infer<typeof RunEntry>): string {
  const mark = run.status === 'SUCCEEDED' ? '✓' : '✗'
  const id = parseRunId(run.run)
  const parts = [
    run.httpStatus === undefined ? run.status : `${run.status} ${run.httpStatus}`,
    ...(run.reason === undefined ? [] : [run.reason]),
    ...(run.RunDuration === undefined ? [] : [`in ${run.RunDuration} ms`]),
    ...(run.StartLateness === undefined ? [] : [`${run.StartLateness} ms late`]),
    ...(id?.trigger === 'MANUAL' ? ['by hand'] : []),
  ]
  return printable(`${mark}${plannedTime(run.run)} ${run.jobName}: ${parts.join(', ')}`)
}

const describeWait = ({ run, jobName, attempt, until }: z.infer<typeof WaitEntry>) =>
  printable(`…${plannedTime(run)} ${jobName}: waits until ${timeOf(Date.parse(until))} for attempt ${attempt}`)

const timeOf = (instant: number): string => `${new Date(instant).toISOString().slice(11, 19)}Z`

/** When a run was planned, with a space before it; nothing for an id of another kind. */
function plannedTime(runId: string): string {
  const id = parseRunId(runId)
  return id ? ` ${timeOf(id.plannedAt)}` : ''
}

const printable = (text: string) => text.replace(CONTROL_CHARACTERS, ' ').slice(0, LONGEST_LINE)

function parseJson(line: string): unknown {
  if (!line.startsWith('{')) return undefined
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
