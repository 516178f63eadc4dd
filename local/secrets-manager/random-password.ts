import { randomInt } from 'node:crypto'
import { WireError } from '../wire-service.ts'

const LOWERCASE = 'abcdefghijklmnopqrstuvwxyz'
const UPPERCASE = LOWERCASE.toUpperCase()
const NUMBERS = '0123456789'
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'

export type RandomPasswordOptions = {
  readonly length: number
  readonly excluded: string
  readonly lowercase: boolean
  readonly uppercase: boolean
  readonly numbers: boolean
  readonly punctuation: boolean
  readonly space: boolean
  /** At least one character of each included kind. */
  readonly requireEachKind: boolean
}

/** A random password as the operation GetRandomPassword makes it. */
export function randomPassword(options: RandomPasswordOptions): string {
  const kinds = [
    options.lowercase ? LOWERCASE : '',
    options.uppercase ? UPPERCASE : '',
    options.numbers ? NUMBERS : '',
    options.punctuation ? PUNCTUATION : '',
    options.space ? ' ' : '',
  ]
    .map((kind) => [...kind].filter((character) => !options.excluded.includes(character)))
    .filter((kind) => kind.length > 0)
  const alphabet = kinds.flat()
  if (alphabet.length === 0)
    throw new WireError('InvalidParameterException', 'The password would have no characters to be made of.')
  const required = options.requireEachKind ? kinds.map(pick) : []
  if (required.length > options.length)
    throw new WireError(
      'InvalidParameterException',
      'PasswordLength must be at least the number of required character types.',
    )
  const rest = Array.from({ length: options.length - required.length }, () => pick(alphabet))
  return shuffle([...required, ...rest]).join('')
}

const pick = (characters: readonly string[]): string => characters[randomInt(characters.length)] ?? ''

/** Fisher and Yates. */
function shuffle(characters: readonly string[]): string[] {
  const left = [...characters]
  return Array.from({ length: left.length }, () => left.splice(randomInt(left.length), 1)[0] ?? '')
}
