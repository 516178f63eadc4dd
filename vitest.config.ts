import { defineConfig } from 'vitest/config'

/** `unit` needs no synthesized app; `local` starts the whole local cloud and talks to it over HTTP. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/local/**'], testTimeout: 30_000 } },
      {
        test: {
          name: 'local',
          include: ['test/local/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
