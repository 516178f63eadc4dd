import { defineConfig } from 'vitest/config'

/** What mutants are run against: the tests that `npm run test:mutation` names for the part of the core it is at. */
export default defineConfig({
  test: {
    include: process.env.MUTATION_TESTS?.split(':') ?? [],
    setupFiles: ['test/support/same-examples-every-time.ts'],
    testTimeout: 120_000,
    // All files of a run share one worker, and every run has a new one: a third of the time, and mutants that act on import act.
    isolate: false,
  },
})
