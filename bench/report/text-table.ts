import type { Cell, ReportTable, Target } from './section.ts'

/** Figures with three digits that count, and all digits before the point. */
export function cellText(cell: Cell): string {
  if (cell === null) return '–'
  if (typeof cell === 'string') return cell
  if (!Number.isFinite(cell)) return String(cell)
  if (Number.isInteger(cell)) return cell.toLocaleString('en')
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(cell))))
  return cell.toLocaleString('en', { maximumFractionDigits: Math.min(digits, 6) })
}

/** A table for a terminal: numbers to the right, text to the left. */
export function textTable({ title, rows, notes = [] }: ReportTable): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const cells = rows.map((row) => columns.map((column) => cellText(row[column] ?? null)))
  const widths = columns.map((column, index) => Math.max(column.length, ...cells.map((row) => row[index]?.length ?? 0)))
  const isNumber = columns.map((column) => rows.some((row) => typeof row[column] === 'number'))
  const line = (row: readonly string[]) =>
    row
      .map((text, index) => (isNumber[index] ? text.padStart(widths[index] ?? 0) : text.padEnd(widths[index] ?? 0)))
      .join('  ')
      .trimEnd()
  const rule = widths.map((width) => '─'.repeat(width)).join('  ')
  return [title, '', line(columns), rule, ...cells.map(line), ...notes.map((note) => `  ${note}`)].join('\n')
}

export const isKept = ({ measured, atMost }: Target): boolean => measured <= atMost

export function textTargets(targets: readonly Target[]): string {
  return targets
    .map((target) => {
      const { promise, measured, atMost } = target
      return `${isKept(target) ? '✓' : '✗'} ${promise}: ${cellText(measured)} (at most ${cellText(atMost)})`
    })
    .join('\n')
}
