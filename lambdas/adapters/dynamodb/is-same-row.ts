import { isDeepStrictEqual } from 'node:util'
import type { Job } from '../../domain/job/job.ts'

/**
 * Whether a row that was written is the one that is stored, whatever has been said since of its schedules: of two writers
 * of one version the one who was faster, or one who was as fast and wanted the very same.
 */
export function isSameRow(written: Job, stored: Job | undefined): boolean {
  if (!stored) return false
  const { syncState, stale } = stored
  return isDeepStrictEqual({ ...written, syncState, stale }, stored)
}
