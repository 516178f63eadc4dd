import type { Unauthored } from '../domain/audit/author.ts'
import { userErased } from '../domain/audit/task-audit.ts'
import type { Job } from '../domain/job/job.ts'
import type { DeletionCounts, DeletionStep, DeletionTask } from '../domain/task/task.ts'
import type { AccountStore } from '../ports/account-store.ts'
import type { ApiKeyStore } from '../ports/api-key-store.ts'
import type { SecretCatalog } from '../ports/secret-catalog.ts'
import type { SecretVault } from '../ports/secret-vault.ts'
import type { TenantEraser } from '../ports/tenant-eraser.ts'
import type { TenantJobs } from '../ports/tenant-jobs.ts'
import type { UserDirectory } from '../ports/user-directory.ts'
import { type EndJobDeps, endJob } from './end-job.ts'
import { inTurns } from './in-turns.ts'
import type { Step } from './work-off-task.ts'

export type DeletionStepDeps = Unauthored<EndJobDeps> & {
  readonly tenantJobs: TenantJobs
  readonly accounts: AccountStore
  readonly keys: Pick<ApiKeyStore, 'page' | 'remove'>
  readonly catalog: Pick<SecretCatalog, 'page' | 'remove' | 'forget'>
  readonly vault: Pick<SecretVault, 'remove'>
  readonly eraser: TenantEraser
  readonly directory: Pick<UserDirectory, 'disable' | 'remove'>
}

const AT_ONCE = 8
/** Jobs, secrets and keys deleted in one step at the most. */
const A_STEP = 100

/** Tokens live 15 minutes, a run 7: after this long nobody writes for the user any more. ms. */
const SETTLING_MS = 20 * 60_000
/** A call that goes on is aborted within this time, and the list of jobs has followed: then it is looked at again. ms. */
const ENDING_MS = 5_000

const FOLLOWING: Readonly<Record<Exclude<DeletionStep, 'SETTLING'>, DeletionStep>> = {
  LOCK: 'JOBS',
  JOBS: 'KEYS',
  KEYS: 'RUNS',
  RUNS: 'SECRETS',
  SECRETS: 'REST',
  REST: 'IDENTITY',
  IDENTITY: 'SETTLING',
}

type Result = Step<DeletionTask>

/** One step of a user's deletion. What is gone is gone: a step that is repeated goes on with what is left. */
export async function deletionStep(deps: DeletionStepDeps, task: DeletionTask): Promise<Result> {
  switch (task.step) {
    case 'LOCK':
      await deps.directory.disable(task.tenant)
      return following(task)
    case 'JOBS':
      return deleteJobs(deps, task)
    case 'KEYS':
      return deleteKeys(deps, task)
    case 'RUNS':
      return deleted(task, 'runs', await deps.eraser.eraseRuns(task.tenant))
    case 'SECRETS':
      return deleteSecrets(deps, task)
    case 'REST':
      await deps.eraser.eraseRest(task.tenant)
      return task.isLastPass ? end(deps, task) : following(task)
    case 'IDENTITY':
      await deps.directory.remove(task.tenant)
      return { task: { ...task, step: 'SETTLING', notBefore: deps.clock() + SETTLING_MS } }
    case 'SETTLING':
      return { task: { ...task, step: 'JOBS', isLastPass: true } }
  }
}

const following = (task: DeletionTask): Result => ({
  task: { ...task, step: task.step === 'SETTLING' ? 'JOBS' : FOLLOWING[task.step] },
})

/** Goes on with the same step while there was something to delete, else with the next. */
const deleted = (task: DeletionTask, what: keyof DeletionCounts, count: number): Result =>
  count === 0
    ? following(task)
    : { task: { ...task, deleted: { ...task.deleted, [what]: task.deleted[what] + count } } }

/** The jobs are all gone when none is listed, tombstones included, and the account counts none. */
async function deleteJobs(deps: DeletionStepDeps, task: DeletionTask): Promise<Result> {
  const { tenant, author } = task
  const jobs: Job[] = []
  for await (const job of deps.tenantJobs.ofTenant(tenant, { withDeleted: true })) if (jobs.push(job) === A_STEP) break
  const ends = await inTurns(jobs, AT_ONCE, (job) => endJob({ ...deps, author }, job))
  const count = jobs.filter(({ desired }) => desired !== 'DELETED').length
  if (count > 0) return deleted(task, 'jobs', count)
  const isLeft = ends.includes('LEFT') || (await deps.accounts.read(tenant)).jobs > 0
  // The second pass makes sure, and is not held up: what is left then is the sweeper's.
  return isLeft && !task.isLastPass ? { task: { ...task, notBefore: deps.clock() + ENDING_MS } } : following(task)
}

async function deleteKeys({ keys }: DeletionStepDeps, task: DeletionTask): Promise<Result> {
  const page = await keys.page(task.tenant, { limit: A_STEP })
  for (const { id } of page.keys) await keys.remove(task.tenant, id)
  return deleted(task, 'keys', page.keys.length)
}

/** A value goes before its row: what a crash leaves can still be found. */
async function deleteSecrets({ catalog, vault, clock }: DeletionStepDeps, task: DeletionTask): Promise<Result> {
  const { tenant } = task
  const { secrets } = await catalog.page(tenant, { limit: A_STEP })
  await inTurns(secrets, AT_ONCE, async ({ name, secretId }) => {
    await vault.remove({ tenant, secretId })
    await catalog.remove(tenant, name, clock())
    await catalog.forget({ tenant, secretId })
  })
  return deleted(task, 'secrets', secrets.length)
}

async function end(deps: DeletionStepDeps, task: DeletionTask): Promise<Result> {
  await deps.eraser.eraseAccount(task.tenant)
  return { task: { ...task, isDone: true }, audit: userErased(task, deps.clock()) }
}
