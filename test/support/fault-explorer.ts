import { createHash } from 'node:crypto'
import { setImmediate as quiet } from 'node:timers/promises'
import { type Decide, type StrikeKind, strikeKinds } from './fault-process.ts'

/** One of the processes of a plot. */
export type Actor = {
  readonly name: string
  /** Makes its calls through `decide`; its end, whichever, is of no interest. */
  readonly act: (decide: Decide) => Promise<unknown>
  /** Its first call waits for this. */
  readonly mayBegin?: () => boolean
  /** The end does not wait for it: it may as well not happen. */
  readonly isOptional?: boolean
}

/** A world with processes in it that all begin at the same time. */
export type Scene = {
  readonly actors: readonly Actor[]
  /** Everything but the processes themselves that what follows depends on: once they have ended, scenes that agree are alike. */
  text(): string
  /** @returns what is wrong once all processes have come to their ends. */
  check(): Promise<readonly string[]>
}

export type Exploration = {
  /** Different states of the scene. */
  readonly states: number
  /** Different ends, each of which was checked. */
  readonly ends: number
  /** What was wrong, with the steps that led there. */
  readonly violations: readonly { readonly steps: readonly string[]; readonly problems: readonly string[] }[]
}

/** What only reads changes nothing: it matters only whether it is answered. */
const READ = /\.(read|snapshot|record|recordedRunIds|names|every)\b/

/** What is the same for everyone at any time need not be tried in every order. */
const FIXED = /^accounts\./

/** Faults worth trying. That a process ends before a call is that it ends after the one before. */
const faultsOf = (call: string): readonly StrikeKind[] =>
  READ.test(call) ? ['refused'] : strikeKinds.filter((kind) => kind !== 'ended before')

type Waiting = { readonly name: string; readonly go: (kind: StrikeKind | undefined) => void }

/** One way through a scene, call by call. */
class Passage {
  readonly scene: Scene
  readonly #waiting = new Map<string, Waiting>()
  readonly #begun = new Set<string>()
  /** A digest of what each process has done and learned: as processes are deterministic, of its state. */
  readonly #digests = new Map<string, string>()
  #faultsLeft: number

  constructor(scene: Scene, faults: number) {
    this.scene = scene
    this.#faultsLeft = faults
    for (const { name, act } of scene.actors) {
      const decide: Decide = (call, index) =>
        FIXED.test(call) ? undefined : this.#ask(name, `${name}: ${call} (${index})`)
      const learned = (index: number, answer: unknown) => this.#log(name, `${index}: ${JSON.stringify(answer)}`)
      void act(Object.assign(decide, { learned })).then(
        (answer) => this.#log(name, `done ${JSON.stringify(answer)}`),
        (error: unknown) => this.#log(name, `failed ${String(error)}`),
      )
    }
  }

  /** What may happen next. */
  options(): readonly string[] {
    const calls = [...this.#waiting].flatMap(([call, { name }]) => (this.#mayGo(name) ? [call] : []))
    const faults =
      this.#faultsLeft === 0 ? [] : calls.flatMap((call) => faultsOf(call).map((kind) => `${call} | ${kind}`))
    return [...calls, ...faults]
  }

  /** Whether everything has come to its end that has to. */
  get isOver(): boolean {
    return [...this.#waiting.values()].every(({ name }) => this.#actor(name)?.isOptional || !this.#mayGo(name))
  }

  async take(step: string): Promise<void> {
    const [call = '', fault] = step.split(' | ')
    const waiting = this.#waiting.get(call)
    if (!waiting) throw new Error(`Nothing waits for ${step}`)
    this.#waiting.delete(call)
    this.#begun.add(waiting.name)
    this.#log(waiting.name, step)
    if (fault !== undefined) this.#faultsLeft--
    waiting.go(strikeKinds.find((kind) => kind === fault))
    await quiet()
  }

  /** Two passages with the same fingerprint go on alike. */
  fingerprint(): string {
    const waiting = [...this.#waiting.keys()].sort()
    const digests = [...this.#digests].sort()
    return digestOf(JSON.stringify([digests, waiting, this.#faultsLeft, this.scene.text()]))
  }

  #mayGo(name: string): boolean {
    return this.#begun.has(name) || (this.#actor(name)?.mayBegin?.() ?? true)
  }

  #actor(name: string): Actor | undefined {
    return this.scene.actors.find((actor) => actor.name === name)
  }

  #ask(name: string, call: string): Promise<StrikeKind | undefined> {
    return new Promise((go) => this.#waiting.set(call, { name, go }))
  }

  #log(name: string, line: string): void {
    this.#digests.set(name, digestOf(`${this.#digests.get(name) ?? ''}${line}`))
  }
}

const digestOf = (text: string) => createHash('sha1').update(text).digest('base64')

/**
 * Goes through a scene in every order of its processes' calls, with every fault at every call, as many in one passage as
 * `faults` allows. A state that was reached before is not gone through again.
 * @param setUp makes the same scene each time.
 * @param mostViolations stops when there are as many.
 */
export async function explore(
  setUp: () => Promise<Scene>,
  { faults = 1, mostViolations = 1 }: { readonly faults?: number; readonly mostViolations?: number } = {},
): Promise<Exploration> {
  const seen = new Set<string>()
  const violations: Exploration['violations'][number][] = []
  const open: string[][] = [[]]
  const ends = new Set<string>()
  for (let steps = open.pop(); steps && violations.length < mostViolations; steps = open.pop()) {
    const passage = new Passage(await setUp(), faults)
    await quiet()
    for (const step of steps) await passage.take(step)
    for (;;) {
      const fingerprint = passage.fingerprint()
      if (seen.has(fingerprint)) break
      seen.add(fingerprint)
      const [next, ...others] = passage.options()
      for (const other of passage.isOver && next !== undefined ? [next, ...others] : others)
        open.push([...steps, other])
      if (passage.isOver || next === undefined) {
        const end = digestOf(passage.scene.text())
        const problems = ends.has(end) ? [] : await passage.scene.check()
        ends.add(end)
        if (problems.length > 0) violations.push({ steps, problems })
        break
      }
      steps = [...steps, next]
      await passage.take(next)
    }
  }
  return { states: seen.size, ends: ends.size, violations }
}
