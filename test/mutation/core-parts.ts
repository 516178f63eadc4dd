/** A part of the core and the tests that must notice when it is changed. */
export type CorePart = {
  readonly name: string
  /** Globs of the source files whose mutants count. */
  readonly files: readonly string[]
  /**
   * Globs of the tests they are run against: the part's own, not whatever else happens to pass through it. A mutant in
   * code that runs on import has to meet them all, so more of them cost hours and find little.
   */
  readonly tests: readonly string[]
}

/** What decides when a run is due, where it may call, what may be shown, and who may ask. */
export const CORE: readonly CorePart[] = [
  {
    name: 'expressions',
    files: ['schedule-expressions/*.ts'],
    tests: ['test/schedule-expressions/*.test.ts'],
  },
  {
    name: 'schedule',
    files: ['lambdas/domain/schedule/*.ts'],
    tests: ['test/domain/schedule/*.test.ts'],
  },
  {
    name: 'guard',
    files: ['lambdas/domain/target/{address-policy,bad-ports,host-places,target-url,templated-url}.ts'],
    tests: ['test/domain/target/{address-policy,target-url,expand-secrets,host-places}.test.ts'],
  },
  {
    name: 'redaction',
    files: [
      'lambdas/domain/target/{redaction,redactor,redaction-views,escape-decoders,escapes,character-references,packed-decoders,number-lists,stretches,bare-text,needles,needle-search,credential-headers}.ts',
    ],
    tests: [
      'test/domain/target/{redaction,escape-decoders,number-lists,bare-text,needle-search,credential-headers}.test.ts',
    ],
  },
  {
    name: 'request',
    files: [
      'lambdas/domain/target/{check-target,expand-secrets,header-rules,hints,json-path,judge-response,reason,secret-template}.ts',
      'lambdas/domain/target/{attempt-timings,signature,success-rule,target,target-limits}.ts',
    ],
    tests: ['test/domain/target/{expand-secrets,header-rules,reason,signature,success-rule,target}.test.ts'],
  },
  {
    name: 'job',
    files: ['lambdas/domain/job/*.ts', 'lambdas/domain/json-merge-patch.ts'],
    tests: ['test/domain/job/*.test.ts'],
  },
  {
    name: 'run',
    files: ['lambdas/domain/run/*.ts', 'lambdas/domain/notification/{delivery,notice}.ts'],
    tests: ['test/domain/run/*.test.ts', 'test/domain/notification/{delivery,notice}.test.ts'],
  },
  {
    name: 'sync',
    files: ['lambdas/use-cases/sync-schedules.ts'],
    tests: ['test/use-cases/sync-schedules.test.ts'],
  },
  {
    name: 'sweep',
    files: ['lambdas/use-cases/sweep.ts'],
    tests: ['test/use-cases/sweep.test.ts'],
  },
  {
    name: 'door',
    files: ['lambdas/http/{cursor,api-function,authenticate}.ts'],
    tests: ['test/http/{cursor,api-function,open-api}.test.ts'],
  },
  {
    name: 'keys',
    files: ['lambdas/domain/account/api-key.ts', 'lambdas/adapters/identity/api-key-verifier.ts'],
    tests: ['test/domain/account/api-key.test.ts', 'test/adapters/identity/api-key-verifier.test.ts'],
  },
  {
    name: 'tokens',
    files: ['lambdas/adapters/identity/{bearer,cognito-token}-verifier.ts'],
    tests: ['test/adapters/identity/{bearer,cognito-token}-verifier.test.ts'],
  },
]
