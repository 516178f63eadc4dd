/** Where output goes or input comes from: `2>&1` is `{operator: '>&', target: '1'}`. */
export type Redirection = { readonly operator: string; readonly target: string }

export type SimpleCommand = { readonly words: readonly string[]; readonly redirections: readonly Redirection[] }

export type Separator = '&&' | '||' | ';' | '&'

/** Commands joined by pipes, and what stands behind them. */
export type Step = {
  readonly pipeline: readonly SimpleCommand[]
  readonly before: Separator | undefined
  /** The separator before it has no blank on either side, as in the middle of a URL. */
  readonly isGlued: boolean
}

export type ParsedShell =
  | { readonly ok: true; readonly steps: readonly Step[] }
  | { readonly ok: false; readonly problem: string }

type Token =
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'redirection'; readonly operator: string }
  | { readonly kind: 'separator'; readonly operator: Separator | '|'; readonly isGlued: boolean }

/** What stands in a command and cannot be known without a shell. */
class NotPlain extends Error {}

const REDIRECTION = /^(?:&>>?|>>|>\||>&|<&|<<<?|<>|>|<)/
const SEPARATOR = /^(?:&&|\|\||\|&?|;|&)/
const PLAIN = /^[^ \t'"\\$`()&|;<>#]+/
const PLAIN_IN_QUOTES = /^[^"\\$`]+/
const VARIABLE = /^\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/

/** Reads words by the rules of the POSIX shell ("Shell Command Language", sections 2.2 and 2.3). */
class Lexer {
  readonly tokens: Token[] = []
  #rest: string
  #word: string | undefined
  #isQuoted = false
  readonly #variables: ReadonlyMap<string, string>

  constructor(text: string, variables: ReadonlyMap<string, string>) {
    this.#rest = text
    this.#variables = variables
  }

  read(): readonly Token[] {
    while (this.#rest !== '') this.#next()
    this.#endWord()
    return this.tokens
  }

  #next(): void {
    const character = this.#rest[0] ?? ''
    const plain = PLAIN.exec(this.#rest)?.[0]
    const blanks = /^[ \t]+/.exec(this.#rest)?.[0]
    if (plain !== undefined) this.#append(this.#take(plain.length), false)
    else if (blanks !== undefined) {
      this.#endWord()
      this.#take(blanks.length)
    } else if (character === '#' && this.#word === undefined) this.#rest = ''
    else if (character === "'") this.#quoted(/^'([^']*)'/)
    else if (character === '"') this.#doubleQuoted()
    else if (character === '\\') this.#append(this.#take(2).slice(1), true)
    else if (character === '$' || character === '`') this.#expand(false)
    else if (character === '(' || character === ')') throw new NotPlain('it uses a subshell')
    else if (!this.#operator()) this.#append(this.#take(1), false)
  }

  #take(length: number): string {
    const taken = this.#rest.slice(0, length)
    this.#rest = this.#rest.slice(length)
    return taken
  }

  #append(text: string, isQuoted: boolean): void {
    this.#word = (this.#word ?? '') + text
    this.#isQuoted ||= isQuoted
  }

  #endWord(): void {
    if (this.#word !== undefined) this.tokens.push({ kind: 'word', text: this.#word })
    this.#word = undefined
    this.#isQuoted = false
  }

  #quoted(pattern: RegExp): void {
    const [whole, text = ''] = pattern.exec(this.#rest) ?? []
    if (whole === undefined) throw new NotPlain('a quote in it is not closed')
    this.#take(whole.length)
    this.#append(text, true)
  }

  #doubleQuoted(): void {
    this.#take(1)
    this.#append('', true)
    while (this.#rest[0] !== '"') {
      if (this.#rest === '') throw new NotPlain('a quote in it is not closed')
      const plain = PLAIN_IN_QUOTES.exec(this.#rest)?.[0]
      if (plain !== undefined) this.#append(this.#take(plain.length), true)
      else if (/^\\[$`"\\]/.test(this.#rest)) this.#append(this.#take(2).slice(1), true)
      else if (this.#rest[0] === '$' || this.#rest[0] === '`') this.#expand(true)
      else this.#append(this.#take(1), true)
    }
    this.#take(1)
  }

  /** An unquoted value is split at its blanks, as the shell does. */
  #expand(isQuoted: boolean): void {
    if (/^(`|\$\(|\$')/.test(this.#rest)) throw new NotPlain('it runs another command or code to make an argument')
    const [whole, braced, bare] = VARIABLE.exec(this.#rest) ?? []
    const name = braced ?? bare
    if (whole === undefined || name === undefined) {
      const special = /^\$(\{|[0-9@*#?$!-])/.exec(this.#rest)
      if (special) throw new NotPlain('it uses a variable of the shell that only a shell can know')
      this.#append(this.#take(1), isQuoted)
      return
    }
    const value = this.#variables.get(name)
    if (value === undefined) throw new NotPlain(`it uses $${name}, whose value is not in this crontab`)
    this.#take(whole.length)
    const [first = '', ...others] = isQuoted ? [value] : value.split(/[ \t]+/)
    this.#append(first, true)
    for (const other of others) {
      this.#endWord()
      this.#append(other, true)
    }
  }

  #operator(): boolean {
    const redirection = REDIRECTION.exec(this.#rest)?.[0]
    if (redirection !== undefined) {
      // The digit before it is the file descriptor, no argument.
      if (this.#word?.length === 1 && /[0-9]/.test(this.#word) && !this.#isQuoted) this.#word = undefined
      this.#endWord()
      if (redirection.includes('<<')) throw new NotPlain('it has a here-document')
      this.tokens.push({ kind: 'redirection', operator: redirection })
      this.#take(redirection.length)
      return true
    }
    const separator = SEPARATOR.exec(this.#rest)?.[0]
    if (separator === undefined) return false
    const isAfterWord = this.#word !== undefined
    this.#endWord()
    this.#take(separator.length)
    const isGlued = isAfterWord && this.#rest !== '' && !/^[ \t]/.test(this.#rest)
    this.tokens.push({ kind: 'separator', operator: separatorOf(separator), isGlued })
    return true
  }
}

function separatorOf(text: string): Separator | '|' {
  if (text === '&&' || text === '||' || text === ';' || text === '&') return text
  return '|'
}

function stepsOf(tokens: readonly Token[]): readonly Step[] {
  const steps: Step[] = []
  let pipeline: SimpleCommand[] = []
  let words: string[] = []
  let redirections: Redirection[] = []
  let before: Separator | undefined
  let isGlued = false
  const endCommand = (): void => {
    if (words.length > 0 || redirections.length > 0) pipeline.push({ words, redirections })
    words = []
    redirections = []
  }
  const endStep = (): void => {
    endCommand()
    if (pipeline.length > 0) steps.push({ pipeline, before, isGlued })
    pipeline = []
  }
  for (const [index, token] of tokens.entries()) {
    const previous = tokens[index - 1]
    if (token.kind === 'word' && previous?.kind === 'redirection') {
      redirections.push({ operator: previous.operator, target: token.text })
    } else if (token.kind === 'word') words.push(token.text)
    else if (token.kind === 'separator' && token.operator === '|') endCommand()
    else if (token.kind === 'separator') {
      endStep()
      before = token.operator === '|' ? undefined : token.operator
      isGlued = token.isGlued
    }
  }
  endStep()
  return steps
}

/**
 * Reads a command line as `sh -c` would, as far as that can be known without running anything.
 * @param variables what `$NAME` stands for.
 */
export function parseShell(text: string, variables: ReadonlyMap<string, string>): ParsedShell {
  try {
    return { ok: true, steps: stepsOf(new Lexer(text, variables).read()) }
  } catch (error) {
    if (error instanceof NotPlain) return { ok: false, problem: error.message }
    throw error
  }
}
