import type { Block } from '../domain/figures/figures.ts'

/** Whose figures: one tenant's, or those of all of them together, without their jobs. */
export type FiguresOwner = { readonly tenant: string } | 'SERVICE'

/** How far the counting has come. */
export type Progress = {
  /** The counting pass under way, or the last one; a pass that another one has followed can write no more. */
  readonly pass: number
  /** All hours before this instant are counted, for all tenants; epoch ms. */
  readonly countedUpTo: number
  /** Tenants with so many runs that their hours are counted while they go on. */
  readonly busy: readonly string[]
}

/** A run that ended after its slot: whatever was counted of the slot before then lacks it. */
export type LateRun = {
  readonly tenant: string
  readonly runId: string
  /** Just before its record was written, epoch ms. */
  readonly notedAt: number
}

/** What reading figures needs; what was written a second ago is there. */
export interface FiguresReader {
  progress(): Promise<Progress>
  /**
   * Blocks that begin at `from` or later and before `to`, epoch ms, in order; times without runs have none.
   * Without jobs, blocks with many of them come without any.
   */
  blocks(
    owner: FiguresOwner,
    wanted: { readonly span: Block['span']; readonly from: number; readonly to: number; readonly withJobs: boolean },
  ): Promise<readonly Block[]>
  /** A tenant's late runs that are not counted yet. */
  lateRunsOf(tenant: string): Promise<readonly LateRun[]>
}

/** Where figures are kept, for those who count. */
export interface FiguresStore extends FiguresReader {
  /** Begins a pass, which ends every other one's right to write. */
  beginPass(): Promise<Progress>
  /** Writes how far the pass came. @returns false when another pass has begun. */
  endPass(progress: Progress): Promise<boolean>
  /** Writes a block over what was there. @returns false when another pass has begun. */
  write(owner: FiguresOwner, block: Block, pass: number): Promise<boolean>
  /** Writes a tenant's block and the service's in one, so that neither ever lacks what the other has. */
  writeBoth(tenant: string, block: Block, ofService: Block, pass: number): Promise<boolean>
  /** All late runs that are not counted yet. */
  lateRuns(): AsyncIterable<LateRun>
  /** Forgets that a run was late, unless that was noted again. */
  settle(late: LateRun): Promise<void>
}
