import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, expect, it } from 'vitest'

const runbook = readFileSync('RUNBOOK.md', 'utf8')

/** `Jobs` for lambdas/api/jobs.lambda.ts, as their logical ids have it. */
const titleOf = (file: string): string => basename(file, '.lambda.ts').replace(/^./, (first) => first.toUpperCase())

const functions = globSync('lambdas/api/*.lambda.ts').toSorted()

/** The words of a shell loop. */
const wordsOf = (loop: RegExp): readonly string[] => loop.exec(runbook)?.[1]?.split(' ').toSorted() ?? []

describe("the runbook's loops over functions", () => {
  it('look into the log of every function of the API', () => {
    expect(wordsOf(/for f in ([\w ]+); do/)).toEqual(functions.map(titleOf))
  })

  it('start every function anew that knows the key of cursors', () => {
    const knowing = functions.filter((file) => readFileSync(file, 'utf8').includes('dynamoSigningKey('))
    expect(wordsOf(/for name in ([\w ]+); do/)).toEqual(knowing.map((file) => `Functions${titleOf(file)}`))
  })
})
