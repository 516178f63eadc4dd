import { cpus } from 'node:os'

/** Tells how busy the machine's processors are, all programs together. */
export class MachineLoad {
  #idleMs: number
  #totalMs: number

  constructor() {
    ;[this.#idleMs, this.#totalMs] = readTimes()
  }

  /** Share of processor time used since the last call, 0..1. */
  sinceLastCall(): number {
    const [idleMs, totalMs] = readTimes()
    const total = totalMs - this.#totalMs
    const busy = total <= 0 ? 0 : 1 - (idleMs - this.#idleMs) / total
    this.#idleMs = idleMs
    this.#totalMs = totalMs
    return busy
  }
}

function readTimes(): readonly [idleMs: number, totalMs: number] {
  const times = cpus().map(({ times }) => times)
  const idle = times.reduce((sum, { idle }) => sum + idle, 0)
  return [idle, times.reduce((sum, { user, nice, sys, irq }) => sum + user + nice + sys + irq, idle)]
}
