import { availableParallelism, cpus } from 'node:os'

/** Tells how busy the processors are that this process may use. */
export class MachineLoad {
  #before = readTimes()

  /** Share of processor time used since the last call, 0..1. */
  sinceLastCall(): number {
    const now = readTimes()
    const before = this.#before
    this.#before = now
    const total = now.totalMs - before.totalMs
    const wall = now.atMs - before.atMs
    // All programs of the machine, and ours alone: a container may be allowed less than the machine has.
    const machine = total <= 0 ? 0 : 1 - (now.idleMs - before.idleMs) / total
    const own = wall <= 0 ? 0 : (now.ownMs - before.ownMs) / (wall * availableParallelism())
    return Math.min(1, Math.max(machine, own))
  }
}

type Times = {
  readonly atMs: number
  readonly idleMs: number
  readonly totalMs: number
  /** Processor time of this process with all its threads. */
  readonly ownMs: number
}

function readTimes(): Times {
  const times = cpus().map(({ times }) => times)
  const idleMs = times.reduce((sum, { idle }) => sum + idle, 0)
  const totalMs = times.reduce((sum, { user, nice, sys, irq }) => sum + user + nice + sys + irq, idleMs)
  const { user, system } = process.cpuUsage()
  return { atMs: performance.now(), idleMs, totalMs, ownMs: (user + system) / 1000 }
}
