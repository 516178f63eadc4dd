import { basename } from 'node:path'
import { beforeEach } from 'vitest'
import { expectationOf } from './deviations.ts'

/** Tests that fail because of how the emulator is are expected to, as if they were written with `it.fails`. */
beforeEach(({ task, skip }) => {
  const expectation = expectationOf(basename(task.file.filepath), task.name)
  if (expectation.skip !== undefined) skip(expectation.skip)
  if (expectation.fails) (task as { fails?: boolean }).fails = true
})
