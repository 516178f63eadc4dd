import type { Job, JobDefinition } from '../../lambdas/domain/job/job.ts'
import type { JobSnapshot } from '../../lambdas/domain/job/job-view.ts'
import type { Delivery } from '../../lambdas/domain/notification/delivery.ts'
import type { Mail } from '../../lambdas/domain/notification/mail.ts'
import { isFinal, type Run, type RunStatus } from '../../lambdas/domain/run/run.ts'
import type { JobStore } from '../../lambdas/ports/job-store.ts'
import type { Mailer } from '../../lambdas/ports/mailer.ts'
import type { RunLedger } from '../../lambdas/ports/run-ledger.ts'
import type { TargetSender } from '../../lambdas/ports/target-sender.ts'

/** A job's row as it was written, and until when nothing else was. */
export type Reign = { readonly job: Job; readonly from: number; until: number }

/**
 * One call of a target. `orderedAt` is when the invocation began that made it, `attemptsBefore` how many attempts of the
 * run had been recorded by then.
 */
export type TargetCall = {
  readonly runId: string
  readonly at: number
  readonly orderedAt: number
  readonly attemptsBefore: number
}

/** A run's end as it was written: there should be one. */
export type RunEnd = { readonly runId: string; readonly status: RunStatus; readonly at: number }

/** A change that its caller was told is done. */
export type Acknowledged = { readonly job: Job; readonly patch: Partial<JobDefinition>; readonly at: number }

/** What really happened in a world, written down where it happened: the witness that the invariants are judged by. */
export class Evidence {
  readonly #now: () => number
  /** By job id, in order. Rows that a sweep marks as in step are no writes of their own. */
  readonly reigns = new Map<string, Reign[]>()
  readonly calls: TargetCall[] = []
  readonly #attempts = new Map<string, number>()
  readonly ends: RunEnd[] = []
  /** Whom each run's record says was told of it, by its id. */
  readonly #notifications = new Map<string, readonly Delivery[]>()
  /** When runs were claimed for the first time, by id. */
  readonly claims = new Map<string, number>()
  readonly acknowledged: Acknowledged[] = []
  /** Manual runs: asked for, and those whose caller was told that they will be. */
  readonly promisedRuns: string[] = []
  /** When something went wrong, epoch ms. */
  readonly disturbances: number[] = []
  /** What was mailed: subjects with their run's id. */
  readonly mails: { readonly subject: string; readonly runId: string; readonly at: number }[] = []
  /** How many messages were decided to be told of a run, by its id. That a job was disabled is told only if it was. */
  readonly decided = new Map<string, number>()
  /** Errors that no fault explains: bugs. */
  readonly bugs: unknown[] = []

  /** @param now the time, epoch ms; fractions may tell apart what happens within one. */
  constructor(now: () => number) {
    this.#now = now
  }

  /** By id, what the records of all ended runs said at last, whether they are still there or have expired. */
  get written(): ReadonlyMap<string, Pick<Run, 'status' | 'notifications'>> {
    return new Map(
      this.ends.map(({ runId, status }) => [runId, { status, notifications: this.#notifications.get(runId) }]),
    )
  }

  disturb(): void {
    this.disturbances.push(this.#now())
  }

  acknowledge({ job }: JobSnapshot, patch: Partial<JobDefinition>): void {
    this.acknowledged.push({ job, patch, at: this.#now() })
  }

  /** @param peek reads what is stored, past all faults: a write may have been done that nobody was told of. */
  jobs(store: JobStore, peek?: (job: Job) => Promise<Job | undefined>): JobStore {
    const noted = async (job: Job, write: Promise<boolean>) => {
      let isWritten = false
      try {
        isWritten = await write
        return isWritten
      } finally {
        const written = isWritten ? job : await peek?.(job)
        if (written) this.#begin(written)
      }
    }
    return {
      ...store,
      create: (job, limit, audit) => noted(job, store.create(job, limit, audit)),
      replace: (job, version, audit) => noted(job, store.replace(job, version, audit)),
    }
  }

  ledger(ledger: RunLedger): RunLedger {
    return {
      ...ledger,
      save: async (tenant, jobId, activity, audit) => {
        const isSaved = await ledger.save(tenant, jobId, activity, audit)
        if (!isSaved) return false
        for (const [runId, { claimedAt }] of Object.entries(activity.active)) {
          if (!this.claims.has(runId)) this.claims.set(runId, claimedAt)
        }
        for (const [runId, { kinds }] of Object.entries(activity.notices)) {
          this.decided.set(runId, kinds.filter((kind) => kind !== 'DISABLED').length)
        }
        return true
      },
      conclude: async (run, token) => {
        const isWritten = await ledger.conclude(run, token)
        if (isWritten) this.#attempts.set(run.id, run.attempts.length)
        if (isWritten && isFinal(run.status)) this.ends.push({ runId: run.id, status: run.status, at: this.#now() })
        return isWritten
      },
      note: async (run, notifications) => {
        const isNoted = await ledger.note(run, notifications)
        if (isNoted) this.#notifications.set(run.id, notifications)
        return isNoted
      },
    }
  }

  /** @param orderedAt when the invocation began that this sender is for. */
  sender(sender: TargetSender, orderedAt: () => number): TargetSender {
    return {
      send: (request) => {
        const runId = request.headers['webhook-id'] ?? ''
        const attemptsBefore = this.#attempts.get(runId) ?? 0
        this.calls.push({ runId, at: this.#now(), orderedAt: orderedAt(), attemptsBefore })
        return sender.send(request)
      },
    }
  }

  mailer(): Mailer {
    return {
      channel: 'EMAIL',
      send: async (mail) => {
        this.mailed(mail)
        return { kind: 'SENT' }
      },
    }
  }

  /** A mail has arrived. */
  mailed({ subject, text }: Pick<Mail, 'subject' | 'text'>): void {
    const runId = /\/api\/runs\/(\w+)/.exec(text)?.[1] ?? ''
    this.mails.push({ subject, runId, at: this.#now() })
  }

  #begin(job: Job): void {
    const reigns = this.reigns.get(job.id) ?? []
    const last = reigns.at(-1)
    // A repeated write finds itself; whether schedules follow says nothing new of the job.
    if (last && isSame(last.job, job)) return
    if (last) last.until = this.#now()
    reigns.push({ job, from: this.#now(), until: Number.POSITIVE_INFINITY })
    this.reigns.set(job.id, reigns)
  }
}

const isSame = (one: Job, other: Job) =>
  one.version === other.version && JSON.stringify(one.definition) === JSON.stringify(other.definition)
