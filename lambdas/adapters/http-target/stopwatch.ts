import type { AttemptTimings } from '../../domain/target/attempt-timings.ts'

export type Phase = 'dns' | 'connect' | 'tls' | 'firstByte' | 'download'

/** Measures the phases of one attempt; a phase that comes again, in a later hop, adds up. */
export class Stopwatch {
  readonly #startMs = performance.now()
  readonly #spentMs = new Map<Phase, number>()
  #phase: Phase | undefined
  #phaseStartMs = 0

  /** The phase that the attempt is in. */
  get phase(): Phase | undefined {
    return this.#phase
  }

  /** Ends the present phase and begins the next. */
  enter(phase: Phase): void {
    this.#stop()
    this.#phase = phase
    this.#phaseStartMs = performance.now()
  }

  /** Ends the attempt. */
  finish(): AttemptTimings {
    this.#stop()
    const spent = (phase: Phase) => {
      const ms = this.#spentMs.get(phase)
      return ms === undefined ? null : Math.round(ms)
    }
    return {
      dnsMs: spent('dns'),
      connectMs: spent('connect'),
      tlsMs: spent('tls'),
      firstByteMs: spent('firstByte'),
      downloadMs: spent('download'),
      totalMs: Math.round(performance.now() - this.#startMs),
    }
  }

  #stop(): void {
    if (this.#phase === undefined) return
    const ms = performance.now() - this.#phaseStartMs
    this.#spentMs.set(this.#phase, (this.#spentMs.get(this.#phase) ?? 0) + ms)
    this.#phase = undefined
  }
}
