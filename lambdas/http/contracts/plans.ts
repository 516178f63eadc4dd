import * as z from 'zod'
import { Plan } from '../../domain/account/plan.ts'
import { bare, type Contract } from '../contract.ts'
import { Account } from './auth.ts'

/** Plans are the jobs function's, because a smaller one pauses jobs. */
export const planContracts = {
  changePlan: {
    ...bare,
    summary: 'Change the own plan',
    description:
      'The limits of the new plan hold at once. Nothing is deleted: jobs that there is no room for, the newest first, are paused and say so in `pausedReason`. No job is resumed by itself.',
    body: z.strictObject({ plan: Plan }),
    answers: { 200: { description: 'The account as it now is.', schema: Account } },
  },
} as const satisfies Record<string, Contract>
