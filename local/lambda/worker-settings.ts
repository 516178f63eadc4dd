import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ResourceLimits } from 'node:worker_threads'
import type { FunctionDefinition } from '../template/functions.ts'
import type { WorkerSettings } from './function-messages.ts'

/** Small, so that many workers fit on one machine; short-lived objects are cleared a little more often. */
const YOUNG_GENERATION_MB = 8
/** Where objects of many invocations live at the same time, more of them outlive a clearing. */
const SHARED_YOUNG_GENERATION_MB = 32
/** A worker that takes several invocations at once has the memory of so many at the most. */
const MOST_MEMORY_SHARES = 4

/** Endings in the order in which Lambda's Node.js runtime tries them. */
const ENDINGS = ['.js', '.mjs', '.cjs']

export function workerSettings({ codeFolder, handler, name, arn, memoryMb }: FunctionDefinition): WorkerSettings {
  const dot = handler.lastIndexOf('.')
  const module = join(codeFolder, handler.slice(0, dot))
  const ending = ENDINGS.find((candidate) => existsSync(`${module}${candidate}`)) ?? '.js'
  return {
    module: `${module}${ending}`,
    exportName: handler.slice(dot + 1),
    functionName: name,
    functionArn: arn,
    memoryMb,
  }
}

export const memoryLimits = ({ memoryMb, invocationsAtOnce }: FunctionDefinition): ResourceLimits => ({
  maxOldGenerationSizeMb: memoryMb * Math.min(MOST_MEMORY_SHARES, invocationsAtOnce),
  maxYoungGenerationSizeMb: invocationsAtOnce > 1 ? SHARED_YOUNG_GENERATION_MB : YOUNG_GENERATION_MB,
})
