import * as z from 'zod'

/** What narrows a list of jobs. */
export const jobFilter = {
  status: z.enum(['ACTIVE', 'PAUSED', 'DISABLED', 'COMPLETED']).optional(),
  tag: z.string().min(1).max(64).optional().meta({ description: 'Only jobs with this tag.' }),
  q: z.string().min(1).max(128).optional().meta({ description: 'Part of the name, of the host called or of a tag.' }),
}
