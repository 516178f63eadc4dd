import { api } from './api.ts'
import { deadLetters } from './dead-letters.ts'
import { executor } from './executor.ts'
import { sweeper } from './sweeper.ts'

export type { Scenario } from './scenario.ts'

/** What each function does, by function. */
export const scenarios = { executor, api, sweeper, deadLetters } as const
