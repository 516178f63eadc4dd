import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect: (options?: { type: 'minor' }) => void = runInNewContext('gc')

/** In old generation: what of it has died shows only when all of it is looked through. */
const oldBytes = (): number =>
  getHeapSpaceStatistics()
    .filter(({ space_name }) => /^(old|large_object|trusted)_?/.test(space_name))
    .reduce((sum, { space_used_size }) => sum + space_used_size, 0)

/**
 * Bytes that a step, done again and again, moves into V8's old generation: whatever outlives two looks at the young one. Of a
 * step that keeps nothing it is next to nothing, since each look is where nothing is under way.
 */
export function promotedBytes(step: (n: number) => void): number {
  const minor = () => collect({ type: 'minor' })
  let n = 0
  const doMany = () => {
    for (let times = 0; times < 500; times++) step(n++)
  }
  // What there is from the start grows old first: so it is in a service that has run for a while.
  for (let looks = 0; looks < 4; looks++) {
    doMany()
    collect()
  }
  const before = oldBytes()
  for (let looks = 0; looks < 10; looks++) {
    doMany()
    minor()
    minor()
  }
  return oldBytes() - before
}
