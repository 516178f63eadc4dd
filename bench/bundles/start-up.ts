import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Loads a module in a process that has loaded nothing else, and says how long that took. */
const PROBE = `const before = performance.now()
await import(process.argv[1])
console.log(performance.now() - before)`

const run = promisify(execFile)

async function loadOnce(file: string, environment: Readonly<Record<string, string>>): Promise<number> {
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', PROBE, file], { env: environment })
  return Number(stdout)
}

export type Candidate = { readonly file: string; readonly environment: Readonly<Record<string, string>> }

export const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN

/**
 * Time to load modules over a bare Node process, in ms: the median of so many fresh processes each. The candidates take
 * turns, so that whatever else this machine does meets all of them alike.
 */
export async function startUpTimes(candidates: readonly Candidate[], rounds: number): Promise<readonly number[]> {
  const times = candidates.map((): number[] => [])
  for (let round = 0; round < rounds; round++) {
    for (const [index, { file, environment }] of candidates.entries())
      times[index]?.push(await loadOnce(file, environment))
  }
  return times.map(median)
}
