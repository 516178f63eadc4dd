import { globSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { CORE } from './core-parts.ts'

const filesOf = (globs: readonly string[]) => globSync([...globs])

describe('the parts of the core', () => {
  it.each(CORE.flatMap(({ name, files, tests }) => [...files, ...tests].map((glob) => [name, glob] as const)))(
    'are there: %s has %s',
    (_name, glob) => {
      expect(filesOf([glob])).not.toEqual([])
    },
  )

  it('have every file of the pure core, once', () => {
    const measured = CORE.flatMap(({ files }) => filesOf(files))
    expect(new Set(measured).size).toBe(measured.length)
    const core = filesOf(['schedule-expressions/*.ts', 'lambdas/domain/{schedule,target,run,job}/*.ts'])
    expect(core.filter((file) => !measured.includes(file))).toEqual([])
  })
})
