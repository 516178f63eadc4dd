import { WireError } from '../wire-service.ts'

/** What a text member must satisfy. `pattern` is the service model's own, without anchors, because messages quote it. */
export type TextRule = { readonly pattern?: string; readonly min?: number; readonly max?: number }

/**
 * Reads the members of one request and collects every violated constraint, so that the refusal lists them all in the
 * words of the service: `2 validation errors detected: Value 'a/b' at 'name' failed to satisfy constraint: …; …`.
 * Call `check` when everything has been read, and use what was read only after it.
 */
export class MemberReader {
  readonly #members: Readonly<Record<string, unknown>>
  readonly #path: string
  readonly #violations: string[]

  constructor(members: Readonly<Record<string, unknown>>, path = '', violations: string[] = []) {
    this.#members = members
    this.#path = path
    this.#violations = violations
  }

  /** @throws WireError ValidationException naming each violated constraint. */
  check(): void {
    const count = this.#violations.length
    if (count === 0) return
    const heading = count === 1 ? '1 validation error detected' : `${count} validation errors detected`
    throw new WireError('ValidationException', `${heading}: ${this.#violations.join('; ')}`)
  }

  has(name: string): boolean {
    return this.#members[name] !== undefined && this.#members[name] !== null
  }

  text(name: string, rule: TextRule = {}): string | undefined {
    if (!this.has(name)) return undefined
    const value = this.#members[name]
    if (typeof value !== 'string') throw unreadable(value, 'a String')
    const refuse = (constraint: string) => this.#violate(name, value, constraint)
    if (rule.pattern !== undefined && !new RegExp(`^(?:${rule.pattern})$`).test(value))
      refuse(`Member must satisfy regular expression pattern: ${rule.pattern}`)
    const length = [...value].length
    if (rule.max !== undefined && length > rule.max) refuse(`Member must have length less than or equal to ${rule.max}`)
    if (rule.min !== undefined && length < rule.min)
      refuse(`Member must have length greater than or equal to ${rule.min}`)
    return value
  }

  requiredText(name: string, rule: TextRule = {}): string {
    this.#require(name)
    return this.text(name, rule) ?? ''
  }

  oneOf<const Choice extends string>(name: string, choices: readonly Choice[]): Choice | undefined {
    const value = this.text(name)
    if (value === undefined) return undefined
    const choice = choices.find((candidate) => candidate === value)
    if (choice === undefined) this.#violate(name, value, `Member must satisfy enum value set: [${choices.join(', ')}]`)
    return choice
  }

  integer(name: string, rule: { readonly min: number; readonly max: number }): number | undefined {
    if (!this.has(name)) return undefined
    const value = this.#members[name]
    if (typeof value !== 'number' || !Number.isInteger(value)) throw unreadable(value, 'an Integer')
    if (value > rule.max) this.#violate(name, String(value), `Member must have value less than or equal to ${rule.max}`)
    if (value < rule.min)
      this.#violate(name, String(value), `Member must have value greater than or equal to ${rule.min}`)
    return value
  }

  /** Seconds since the epoch, with fractions: how REST JSON carries an instant. */
  timestamp(name: string): number | undefined {
    if (!this.has(name)) return undefined
    const value = this.#members[name]
    if (typeof value !== 'number' || !Number.isFinite(value)) throw unreadable(value, 'a Timestamp')
    return value
  }

  structure(name: string): MemberReader | undefined {
    if (!this.has(name)) return undefined
    return this.#nested(name, this.#members[name])
  }

  requiredStructure(name: string): MemberReader {
    this.#require(name)
    return this.structure(name) ?? new MemberReader({}, `${this.#pathOf(name)}.`)
  }

  list(name: string, rule: { readonly max: number }): MemberReader[] {
    if (!this.has(name)) return []
    const value = this.#members[name]
    if (!Array.isArray(value)) throw unreadable(value, 'a List')
    if (value.length > rule.max)
      this.#violate(name, JSON.stringify(value), `Member must have length less than or equal to ${rule.max}`)
    return value.map((item, index) => this.#nested(`${name}.${index + 1}.member`, item))
  }

  /** A member's JSON object as it was sent, for blocks that are only kept and given back. */
  raw(name: string): Readonly<Record<string, unknown>> | undefined {
    if (!this.has(name)) return undefined
    const value = this.#members[name]
    if (!isObject(value)) throw unreadable(value, 'a Structure')
    return value
  }

  #nested(name: string, value: unknown): MemberReader {
    if (!isObject(value)) throw unreadable(value, 'a Structure')
    return new MemberReader(value, `${this.#pathOf(name)}.`, this.#violations)
  }

  #require(name: string): void {
    if (this.has(name)) return
    this.#violations.push(`Value null at '${this.#pathOf(name)}' failed to satisfy constraint: Member must not be null`)
  }

  #violate(name: string, value: string, constraint: string): void {
    this.#violations.push(`Value '${value}' at '${this.#pathOf(name)}' failed to satisfy constraint: ${constraint}`)
  }

  #pathOf(name: string): string {
    return `${this.#path}${name.charAt(0).toLowerCase()}${name.slice(1)}`
  }
}

/** @throws WireError SerializationException when `body` is not a JSON object. An empty body is an empty object. */
export function parseJsonObject(body: Uint8Array): Readonly<Record<string, unknown>> {
  const text = new TextDecoder().decode(body)
  if (text.trim() === '') return {}
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new WireError('SerializationException', 'The request body is not valid JSON')
  }
  if (!isObject(value)) throw unreadable(value, 'a Structure')
  return value
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function unreadable(value: unknown, wanted: string): WireError {
  const kind = value === null ? 'NULL' : Array.isArray(value) ? 'LIST' : typeof value
  return new WireError('SerializationException', `${kind.toUpperCase()}_VALUE can not be converted to ${wanted}`)
}
