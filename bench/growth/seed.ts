import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { ulid } from 'ulid'
import * as z from 'zod'
import { occurrenceRunId } from '../../lambdas/domain/run/run-id.ts'

const MINUTE_MS = 60_000

const Name = z.object({ name: z.string() })
const Row = z.record(z.string(), z.union([z.string(), z.number(), z.null()]))
type Row = z.infer<typeof Row>

/** A row of one of the engine's tables, kept as the text that others are made from. */
type Pattern = { readonly insert: StatementSync; readonly columns: readonly string[]; readonly row: Row }

/**
 * Fills the engine's own SQLite file with copies of rows that the service has written: the ids in them are replaced by
 * others of the same length, so that sizes, and with them units, stay what they were. Through the engine a million runs
 * would take the better part of an hour.
 */
export class Seed implements Disposable {
  readonly #database: DatabaseSync
  readonly #tables: readonly string[]

  /** @param file the engine's, which may be running */
  constructor(file: string) {
    this.#database = new DatabaseSync(file)
    this.#database.exec('PRAGMA busy_timeout = 60000; PRAGMA synchronous = OFF')
    const known = this.#database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all()
    this.#tables = known.map((row) => Name.parse(row).name).filter((name) => !/^(_|sqlite_)/.test(name))
  }

  /** Adds jobs like the one with this id. Returns their ids. */
  jobs(like: string, count: number): readonly string[] {
    const patterns = this.#patterns(like, 'S:S#JOB')
    const ids = Array.from({ length: count }, () => ulid(Date.now() - Math.floor(Math.random() * 86_400_000)))
    this.#insert(ids.map((id) => ({ patterns, replacements: [[like, id]] })))
    return ids
  }

  /** Adds runs like the one with this id, a minute apart, to each of the jobs in turn, before now. */
  runs(like: string, ofJob: string, jobIds: readonly string[], count: number): void {
    const patterns = this.#patterns(ofJob, `S:R#${like}`)
    const latest = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - MINUTE_MS
    const each = Array.from({ length: count }, (_, index) => {
      const jobId = jobIds[index % jobIds.length] ?? ofJob
      const runId = occurrenceRunId(jobId, latest - Math.floor(index / jobIds.length) * MINUTE_MS)
      return { patterns, replacements: [[like, runId] as const, [ofJob, jobId] as const] }
    })
    this.#insert(each)
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }

  /** The rows of an item: in the table, and in each index that has it. */
  #patterns(jobId: string, sortKey: string): readonly Pattern[] {
    return this.#tables.flatMap((table) => {
      const [pk, sk] = table.includes('::gsi::') ? ['table_pk', 'table_sk'] : ['pk', 'sk']
      const select = this.#database.prepare(`SELECT * FROM "${table}" WHERE ${sk} = ? AND ${pk} LIKE ?`)
      return select.all(sortKey, `%${jobId}%`).map((found) => {
        const row = Row.parse(found)
        const columns = Object.keys(row)
        const names = columns.map((name) => `"${name}"`).join()
        const marks = columns.map(() => '?').join()
        return {
          insert: this.#database.prepare(`INSERT OR IGNORE INTO "${table}" (${names}) VALUES (${marks})`),
          columns,
          row,
        }
      })
    })
  }

  #insert(copies: readonly Copy[]): void {
    this.#database.exec('BEGIN')
    for (const { patterns, replacements } of copies) {
      for (const { insert, columns, row } of patterns) {
        insert.run(...columns.map((column) => replaced(row[column] ?? null, replacements)))
      }
    }
    this.#database.exec('COMMIT')
  }
}

type Copy = {
  readonly patterns: readonly Pattern[]
  readonly replacements: readonly (readonly [from: string, to: string])[]
}

const replaced = (value: string | number | null, replacements: Copy['replacements']) =>
  typeof value === 'string' ? replacements.reduce((text, [from, to]) => text.replaceAll(from, to), value) : value
