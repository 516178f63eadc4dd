import * as z from 'zod/mini'

/**
 * What should become of a job's schedules. ACTIVE has them, PAUSED and COMPLETED have none, and DELETED is a
 * tombstone that stays until its last schedule is gone.
 */
export const Desired = z.enum(['ACTIVE', 'PAUSED', 'COMPLETED', 'DELETED'])
export type Desired = z.infer<typeof Desired>
