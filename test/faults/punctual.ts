import { randomUUID } from 'node:crypto'
import { hmacSha256 } from '../../lambdas/adapters/http-target/hmac-sha256.ts'
import { deadLettersFunction } from '../../lambdas/dead-letters/dead-letters.ts'
import { Refusal } from '../../lambdas/domain/refusal.ts'
import type { executorFunction } from '../../lambdas/executor/executor.ts'
import type { SentAttempt } from '../../lambdas/ports/target-sender.ts'
import type { createJob } from '../../lambdas/use-cases/create-job.ts'
import type { requestRun } from '../../lambdas/use-cases/request-run.ts'
import type { sweep } from '../../lambdas/use-cases/sweep.ts'
import { somebody } from '../support/author.ts'
import { boundlessHosts } from '../support/boundless-hosts.ts'
import { CallFailed, type Process, ProcessEnded } from '../support/fault-process.ts'
import { isServiceFault } from '../support/fault-wire.ts'
import type { Evidence } from './evidence.ts'
import { type Ground, jobIdOf } from './ground.ts'

/** What Punctual's use cases and functions are made with. */
export type Deps = Parameters<typeof sweep>[0] &
  Parameters<typeof createJob>[0] &
  Parameters<typeof requestRun>[0] &
  Parameters<typeof executorFunction>[0]

/** What a ground may bring along itself. */
export type Services = Pick<
  Deps,
  | 'starter'
  | 'postponer'
  | 'catalog'
  | 'usage'
  | 'vault'
  | 'secrets'
  | 'hostParallelism'
  | 'hostRegister'
  | 'hostPlaces'
  | 'mails'
  | 'mailer'
>

export type Circumstances = {
  readonly ground: Ground
  readonly evidence: Evidence
  /** When the process made its first call. */
  readonly beganAt: () => number
  readonly answer: () => SentAttempt
  /** Takes an order for the executor. */
  readonly accept: (order: unknown) => void
  readonly sleep: (ms: number) => Promise<void>
  /** A number that was not given before. */
  readonly nextNumber: () => number
}

const unused = async () => {
  throw new Error('not part of this simulation')
}

const services = ({ ground, evidence, accept }: Circumstances) => ({
  ...boundlessHosts,
  mailer: evidence.mailer(),
  mails: { add: async () => 1 },
  starter: { start: async (order: unknown) => accept(order) },
  postponer: {
    postpone: async (order: unknown, at: number) => void ground.clock.at(at, () => accept(order)),
  },
  secrets: { resolve: async () => ({ values: new Map<string, string>(), missing: [] }), async forget() {} },
  catalog: {
    read: async () => undefined,
    page: unused,
    count: unused,
    add: unused,
    addVersion: unused,
    remove: unused,
    announce: unused,
    loose: async function* () {},
    forget: unused,
  },
  usage: { jobsUsing: unused, all: unused },
  vault: { create: unused, addVersion: unused, remove: unused },
})

/** Punctual as one process has it: all that it calls goes through the process, and is witnessed. */
export function punctual(process: Process, circumstances: Circumstances): Deps {
  const { ground, evidence, beganAt, answer, nextNumber } = circumstances
  const { starter, postponer, mailer, ...others } = { ...services(circumstances), ...ground.services?.() }
  const now = () => ground.clock.now()
  const complain = (_message: string, fields?: Readonly<Record<string, unknown>>) => {
    if (fields?.error !== undefined && !isExpected(fields.error)) evidence.bugs.push(fields.error)
  }
  return {
    ...others,
    author: somebody,
    stage: 'test',
    clock: now,
    log: { info() {}, warn: complain, error: complain },
    jobs: process.port('jobs', evidence.jobs(ground.jobs, ground.peek)),
    ledger: process.port('ledger', evidence.ledger(ground.ledger)),
    accounts: process.port('accounts', ground.accounts),
    schedules: process.port('schedules', ground.schedules),
    scheduleList: process.port('scheduleList', ground.scheduleList),
    starter: process.port('starter', starter),
    postponer: process.port('postponer', postponer),
    // Whatever a target does is an outcome; only the process can end.
    sender: process.port('sender', evidence.sender({ send: async () => answer() }, beganAt), [
      'ended before',
      'ended after',
    ]),
    hmacSha256,
    mailer: process.port('mailer', mailer),
    owners: { emailOf: async () => 'owner@example.com' },
    apiUrl: 'https://punctual.example.com',
    every: () => () => {},
    sleep: circumstances.sleep,
    random: () => 0.5,
    newId: (at: number) => jobIdOf(at, nextNumber()),
    entropy: () => String(nextNumber()).padStart(6, '0'),
    newSecretId: () => jobIdOf(now(), nextNumber()),
    newVersionId: randomUUID,
    randomBytes: (count: number) => new Uint8Array(count),
  }
}

/** Whether an error is one that a fault or a refusal explains. */
export const isExpected = (error: unknown): boolean =>
  error instanceof Refusal ||
  error instanceof CallFailed ||
  error instanceof ProcessEnded ||
  isServiceFault(error) ||
  (error instanceof Error && error.cause !== undefined && isExpected(error.cause))

/** Has a dead letter read. @throws CallFailed when its reader failed, so that it is to be shown again. */
export async function readDeadLetter(deps: Deps, body: string): Promise<void> {
  const record = { messageId: 'letter', body, messageAttributes: {} }
  const answer = await deadLettersFunction(deps)({ Records: [record] } as unknown as Parameters<
    ReturnType<typeof deadLettersFunction>
  >[0])
  if (answer.batchItemFailures.length > 0) throw new CallFailed('the letter was not read')
}
