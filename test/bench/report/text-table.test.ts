import { describe, expect, it } from 'vitest'
import { cellText, textTable, textTargets } from '../../../bench/report/text-table.ts'

describe('cellText', () => {
  it.each([
    [null, '–'],
    ['text', 'text'],
    [0, '0'],
    [1_234_567, '1,234,567'],
    [1234.567, '1,235'],
    [12.345, '12.3'],
    [0.123_456, '0.123'],
    [0.000_070_12, '0.00007'],
    [-1.2345, '-1.23'],
  ])('shows %s as %s', (cell, text) => {
    expect(cellText(cell)).toBe(text)
  })
})

describe('textTable', () => {
  it('has a column for every key, numbers to the right, and a dash where a row has none', () => {
    const rows = [
      { name: 'one', figure: 1 },
      { name: 'twelve', figure: 12, more: 'yes' },
    ]
    expect(textTable({ title: 'Title', rows, notes: ['A note.'] })).toBe(
      [
        'Title',
        '',
        'name    figure  more',
        '──────  ──────  ────',
        'one          1  –',
        'twelve      12  yes',
        '  A note.',
      ].join('\n'),
    )
  })
})

describe('textTargets', () => {
  it('says which are kept', () => {
    const targets = [
      { promise: 'small', atMost: 2, measured: 2 },
      { promise: 'large', atMost: 2, measured: 2.5 },
      { promise: 'unknown', atMost: 2, measured: Number.NaN },
    ]
    expect(textTargets(targets)).toBe('✓ small: 2 (at most 2)\n✗ large: 2.5 (at most 2)\n✗ unknown: NaN (at most 2)')
  })
})
