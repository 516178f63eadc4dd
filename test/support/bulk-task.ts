import { noCounts } from '../../lambdas/domain/task/bulk.ts'
import type { BulkTask } from '../../lambdas/domain/task/task.ts'
import { somebody } from './author.ts'

/** A bulk request as it is once it has been written, and before anything of it is done. @param now epoch ms */
export const bulkTask = (
  wanted: Pick<BulkTask, 'tenant' | 'id' | 'action'> & Partial<BulkTask>,
  now: number,
): BulkTask => ({
  kind: 'BULK',
  rev: 1,
  leaseUntil: 0,
  notBefore: 0,
  isDone: false,
  author: somebody,
  createdAt: now,
  updatedAt: now,
  addTags: [],
  removeTags: [],
  selection: { kind: 'filter' },
  position: '',
  batch: null,
  counts: noCounts,
  ...wanted,
})
