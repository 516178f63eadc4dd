import type { ContractsOf } from '../contract.ts'
import type { Resource } from '../routes.ts'
import { adminContracts } from './admin.ts'
import { auditContracts } from './audit.ts'
import { authContracts } from './auth.ts'
import { jobsContracts } from './jobs.ts'
import { keysContracts } from './keys.ts'
import { runsContracts } from './runs.ts'
import { schedulesContracts } from './schedules.ts'
import { secretsContracts } from './secrets.ts'
import { serviceContracts } from './service.ts'
import { statsContracts } from './stats.ts'

/** What every operation takes and answers, by resource. */
export type Contracts = { readonly [R in Resource]: ContractsOf<R> }

export const contracts: Contracts = {
  admin: adminContracts,
  audit: auditContracts,
  auth: authContracts,
  jobs: jobsContracts,
  keys: keysContracts,
  runs: runsContracts,
  schedules: schedulesContracts,
  secrets: secretsContracts,
  service: serviceContracts,
  stats: statsContracts,
}
