import { readdirSync, readFileSync } from 'node:fs'

const SAMPLED_EVERY_MS = 200
/** Linux counts processor time in hundredths of a second for every program. */
const MS_PER_TICK = 10

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // It has ended meanwhile.
    return ''
  }
}

/** A process and all that it has started, by Linux's /proc. */
function tree(pid: number): readonly number[] {
  const threads = (() => {
    try {
      return readdirSync(`/proc/${pid}/task`)
    } catch {
      return []
    }
  })()
  const children = threads.flatMap((thread) => read(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean))
  return [pid, ...children.flatMap((child) => tree(Number(child)))]
}

/** Resident memory that is not shared with others, as far as the kernel tells, in MB. */
function memoryOf(pid: number): number {
  const status = read(`/proc/${pid}/status`)
  const kb = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0)
  return (kb('RssAnon') + kb('RssFile')) / 1024
}

/** Processor time since it began, with that of the processes that it has started and waited for, in ms. */
function processorMsOf(pid: number): number {
  // Names may have spaces: fields are counted from behind the bracket (proc(5), /proc/pid/stat).
  const fields = read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? []
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * MS_PER_TICK
}

/** What processes take, with all that they have started. */
export class ProcessWatch {
  readonly #pids: readonly number[]
  readonly #timer: NodeJS.Timeout
  #peakMb = 0

  constructor(pids: readonly number[]) {
    this.#pids = pids
    this.#timer = setInterval(() => this.#sample(), SAMPLED_EVERY_MS)
  }

  /** The most memory so far, in MB. */
  get peakMb(): number {
    this.#sample()
    return Math.round(this.#peakMb)
  }

  /** Processor time so far, in ms. */
  get processorMs(): number {
    return this.#all().reduce((sum, pid) => sum + processorMsOf(pid), 0)
  }

  close(): void {
    clearInterval(this.#timer)
  }

  readonly #all = (): readonly number[] => [...new Set(this.#pids.flatMap(tree))]

  #sample(): void {
    this.#peakMb = Math.max(
      this.#peakMb,
      this.#all().reduce((sum, pid) => sum + memoryOf(pid), 0),
    )
  }
}
