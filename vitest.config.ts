import { defineConfig } from 'vitest/config'

/** Tests that start the built service; each takes ports and both cores, so one file runs at a time. */
const whole = { testTimeout: 120_000, hookTimeout: 120_000, fileParallelism: false }

/**
 * `unit`: everything that takes seconds, over real engines. `proofs`: faults, histories and simulated time.
 * `local`: the whole local cloud, over HTTP. `npm test` runs the three one after the other, because the last wants quiet; `emulator` is run by a script of its own.
 */
export default defineConfig({
  test: {
    globalSetup: ['test/support/own-temporary-folder.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/local/**', 'test/faults/**', 'test/emulator/**'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'proofs',
          include: ['test/faults/**/*.test.ts'],
          maxWorkers: 2,
          testTimeout: 300_000,
          hookTimeout: 60_000,
        },
      },
      { test: { name: 'local', include: ['test/local/**/*.test.ts'], ...whole } },
    ],
  },
})
