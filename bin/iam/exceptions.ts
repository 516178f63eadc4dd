/** A permission that no end-to-end test uses, although it is needed. */
export type UnusedPermission = {
  /** The handler of the function (`jobs`), or `*` for every function. */
  readonly function: string
  readonly actions: readonly string[]
  readonly reason: string
  /** Requests that meet by chance use it: some records have it, and some do not. */
  readonly isChance?: boolean
}

/** Each must be of use: an entry that no longer excuses anything fails the check, unless it is about chance. */
export const UNUSED: readonly UnusedPermission[] = [
  {
    function: '*',
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    reason:
      'Lambda itself writes the log of a function, by the function’s role; the local cloud writes to files. That each ' +
      'function may write its own log and no other is asserted in test/lib/permissions.test.ts.',
  },
  {
    function: 'jobs',
    actions: ['secretsmanager:PutSecretValue', 'secretsmanager:DeleteSecret'],
    isChance: true,
    reason:
      'Two requests of one tenant make the signing key at the same moment: one of them adds a version to the other’s ' +
      'secret, or takes back its own. No client can bring that about at will (lambdas/use-cases/put-secret.ts).',
  },
  {
    function: 'sweeper',
    actions: ['dynamodb:Query', 'lambda:InvokeFunction'],
    isChance: true,
    reason:
      'It goes on with changes of plan, bulk requests and deletions that broke off with their process, which end-to-end ' +
      'tests do not bring about; test/use-cases/tasks.test.ts and change-plan.test.ts do, at every step.',
  },
  {
    function: 'sweeper',
    actions: ['secretsmanager:DeleteSecret'],
    reason:
      'It removes values of secrets that a crash has left without a name, a quarter of an hour later; ' +
      'test/use-cases/discard-value.test.ts brings that about, at every step.',
  },
]

/** A permission for which AWS offers no resource narrower than `*`. */
export type UnlimitedPermission = { readonly action: string; readonly source: string }

export const UNLIMITED: readonly UnlimitedPermission[] = [
  {
    action: 'scheduler:ListSchedules',
    source:
      'Service Authorization Reference, "Actions, resources, and condition keys for Amazon EventBridge Scheduler": the ' +
      'action has no resource type. A grant on the schedules of one group is denied (github.com/aws/aws-cdk/issues/38201).',
  },
]
