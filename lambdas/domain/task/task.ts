import * as z from 'zod'
import { Author } from '../audit/author.ts'
import { BulkAction, BulkCounts } from './bulk.ts'

/**
 * Work that goes on after its request was answered. It is done in steps; each is written down before the next begins and may be
 * repeated, so that whoever takes the task up goes on where it was left. Instants are epoch ms.
 */
const taskFields = {
  tenant: z.string(),
  id: z.string(),
  /** Counts every write: a step counts only for who wrote the one before. */
  rev: z.int(),
  /** Nobody else takes it up before. */
  leaseUntil: z.number(),
  /** There is nothing to do before. */
  notBefore: z.number(),
  isDone: z.boolean(),
  /** Who asked for it. */
  author: Author,
  createdAt: z.number(),
  updatedAt: z.number(),
}

/** Jobs that are being worked on: what is known of them before anything is done. */
const Batch = z.object({
  ids: z.array(z.string()),
  /** Those of them that existed: one that is gone later was deleted by this very task. */
  existing: z.array(z.string()),
  /** Where the next batch begins. */
  next: z.string().nullable(),
})
export type Batch = Readonly<z.infer<typeof Batch>>

const Selection = z.discriminatedUnion('kind', [
  /** The ids are kept apart, because they never change. */
  z.object({ kind: z.literal('ids'), count: z.int() }),
  z.object({
    kind: z.literal('filter'),
    status: z.enum(['ACTIVE', 'PAUSED', 'DISABLED', 'COMPLETED']).optional(),
    tag: z.string().optional(),
    q: z.string().optional(),
  }),
])
export type Selection = Readonly<z.infer<typeof Selection>>

/** The same done to many jobs. */
export const BulkTask = z.object({
  ...taskFields,
  kind: z.literal('BULK'),
  action: BulkAction,
  addTags: z.array(z.string()),
  removeTags: z.array(z.string()),
  selection: Selection,
  /** What has been worked on: an id's index, or the id of the last job looked at. Empty at the beginning. */
  position: z.string(),
  batch: Batch.nullable(),
  counts: BulkCounts,
})
export type BulkTask = Readonly<z.infer<typeof BulkTask>>

/**
 * What a user's deletion goes through. LOCK keeps the user out, JOBS stops everything that fires, then goes whatever is left.
 * SETTLING waits until no token and no run of theirs can still write; then JOBS to REST are gone through once more.
 */
export const DeletionStep = z.enum(['LOCK', 'JOBS', 'KEYS', 'RUNS', 'SECRETS', 'REST', 'IDENTITY', 'SETTLING'])
export type DeletionStep = z.infer<typeof DeletionStep>

/** What has been deleted. */
export const DeletionCounts = z.object({ jobs: z.int(), runs: z.int(), secrets: z.int(), keys: z.int() })
export type DeletionCounts = Readonly<z.infer<typeof DeletionCounts>>

/** The end of a user and of all that they own. */
export const DeletionTask = z.object({
  ...taskFields,
  kind: z.literal('USER_DELETION'),
  step: DeletionStep,
  /** Whether it is the second time. */
  isLastPass: z.boolean(),
  deleted: DeletionCounts,
})
export type DeletionTask = Readonly<z.infer<typeof DeletionTask>>

export const Task = z.discriminatedUnion('kind', [BulkTask, DeletionTask])
export type Task = Readonly<z.infer<typeof Task>>

/** Every user has one deletion at the most. */
export const DELETION_ID = 'DELETION'

/** How long a finished task can be read, ms. */
export const TASK_KEPT_MS = 30 * 86_400_000

/** Which task to go on with: what the worker is started with. */
export const TaskOrder = z.object({ kind: z.literal('task'), tenant: z.string(), taskId: z.string() })
export type TaskOrder = z.infer<typeof TaskOrder>
