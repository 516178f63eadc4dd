import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { skippedFiles } from './deviations.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** The end-to-end suite of the local service, file by file as it is, in front of the deployed stack. */
export default defineConfig({
  root: here('../..'),
  resolve: {
    alias: [
      { find: /^\.\.\/support\/punctual-service\.ts$/, replacement: here('deployed-service.ts') },
      { find: /^\.\.\/support\/operated-cloud\.ts$/, replacement: here('deployed-cloud.ts') },
    ],
  },
  test: {
    include: ['test/local/**/*.test.ts'],
    exclude: skippedFiles.map((file) => `test/local/${file}`),
    setupFiles: [here('expected-failures.ts')],
    testTimeout: 120_000,
    hookTimeout: 240_000,
    fileParallelism: false,
  },
})
