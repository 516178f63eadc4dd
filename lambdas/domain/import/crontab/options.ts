/** An option as it was given; flags have no value. */
export type GivenOption = { readonly name: string; readonly value: string }

export type OptionTable = {
  /** Long names, without dashes, of options that take a value. */
  readonly values: ReadonlySet<string>
  readonly flags: ReadonlySet<string>
  /** Short options and the long names they stand for. */
  readonly short: Readonly<Record<string, string>>
}

export type ReadOptions =
  | { readonly ok: true; readonly options: readonly GivenOption[]; readonly operands: readonly string[] }
  | { readonly ok: false; readonly problem: string }

const missing = (option: string) => ({ ok: false, problem: `its option ${option} has no value` }) as const
const unknown = (option: string) => ({ ok: false, problem: `its option ${option} is not known here` }) as const

/** Reads options as getopt_long does: `-sSf`, `-XPOST`, `-X POST`, `--max-time 5`, `--max-time=5`; `--` ends them. */
export function readOptions(words: readonly string[], table: OptionTable): ReadOptions {
  const options: GivenOption[] = []
  const operands: string[] = []
  // The next one is the last: taking it off the end costs nothing.
  const left = words.toReversed()
  for (let word = left.pop(); word !== undefined; word = left.pop()) {
    if (word === '--') {
      for (let rest = left.pop(); rest !== undefined; rest = left.pop()) operands.push(rest)
    } else if (word.startsWith('--')) {
      const [, name = '', inline] = /^--([^=]*)(?:=(.*))?$/s.exec(word) ?? []
      if (table.flags.has(name)) options.push({ name, value: '' })
      else if (!table.values.has(name)) return unknown(`--${name}`)
      else {
        const value = inline ?? left.pop()
        if (value === undefined) return missing(`--${name}`)
        options.push({ name, value })
      }
    } else if (/^-./.test(word)) {
      const problem = readShort(word.slice(1), left, table, options)
      if (problem) return problem
    } else operands.push(word)
  }
  return { ok: true, options, operands }
}

function readShort(letters: string, left: string[], table: OptionTable, options: GivenOption[]) {
  for (let index = 0; index < letters.length; index++) {
    const letter = letters[index] ?? ''
    const name = Object.hasOwn(table.short, letter) ? table.short[letter] : undefined
    if (name === undefined) return unknown(`-${letter}`)
    if (!table.values.has(name)) {
      options.push({ name, value: '' })
      continue
    }
    const value = letters.slice(index + 1) || left.pop()
    if (value === undefined) return missing(`-${letter}`)
    options.push({ name, value })
    return undefined
  }
  return undefined
}
