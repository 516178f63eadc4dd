/** What one part of the benchmark found, as people and programs read it. */

export type Cell = string | number | null

/** Rows with the same keys; the keys are the titles of the columns. null is shown as a dash. */
export type ReportTable = {
  readonly title: string
  readonly rows: readonly Readonly<Record<string, Cell>>[]
  /** What a reader must know to judge the figures. */
  readonly notes?: readonly string[]
}

/** A promise about a figure. Where it is not kept, the benchmark says so and goes on: it measures, it does not judge. */
export type Target = {
  readonly promise: string
  readonly atMost: number
  readonly measured: number
}

export type Findings = { readonly tables: readonly ReportTable[]; readonly targets: readonly Target[] }

export type Surroundings = {
  /** Small sizes: under three minutes in all. */
  readonly quick: boolean
  /** A folder that is gone when the benchmark ends. */
  readonly scratch: string
  /** Tells the person at the terminal what is going on. */
  readonly say: (text: string) => void
}

export type Section = {
  /** As `--only` names it. */
  readonly name: string
  readonly title: string
  readonly measure: (surroundings: Surroundings) => Promise<Findings>
}
