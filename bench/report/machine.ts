import { execFileSync } from 'node:child_process'
import { availableParallelism, cpus, release, totalmem } from 'node:os'

/** Where and of what figures were taken; without it they mean nothing. */
export type Circumstances = {
  readonly at: string
  readonly commit: string
  readonly cpu: string
  readonly cores: number
  readonly memoryGb: number
  readonly os: string
  readonly node: string
  /** Of the machine, over the minute before: others that computed meanwhile. */
  readonly load: number
}

/** @param load the one-minute load average when the benchmark began */
export function circumstances(projectRoot: string, load: number): Circumstances {
  return {
    at: new Date().toISOString(),
    commit: commitOf(projectRoot),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    os: `${process.platform} ${release()}`,
    node: process.version,
    load,
  }
}

/** With a plus when the tree has changes that are not committed; `unknown` outside a clone. */
function commitOf(cwd: string): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  try {
    const isClean = git('status', '--porcelain', '--', ':!bench/results') === ''
    return `${git('rev-parse', '--short=10', 'HEAD')}${isClean ? '' : '+'}`
  } catch {
    return 'unknown'
  }
}
