import { z } from 'zod'
import type { SecretRecord } from './secret-record.ts'

const FILTER_KEYS = ['description', 'name', 'tag-key', 'tag-value', 'primary-region', 'owning-service', 'all'] as const

export const SecretFilter = z.object({
  Key: z.enum(FILTER_KEYS),
  Values: z.array(z.string().max(512)).min(1).max(10),
})
export type SecretFilter = Readonly<z.infer<typeof SecretFilter>>

/**
 * Whether a secret passes every filter; one of a filter's values is enough, and a value that begins with `!` is negated.
 * Prefixes, with letter case for name and tags and without for descriptions (Secrets Manager User Guide, "Find secrets").
 */
export function passesFilters(secret: SecretRecord, filters: readonly SecretFilter[]): boolean {
  return filters.every(({ Key, Values }) =>
    Values.some((value) => {
      const negated = value.startsWith('!')
      return hasPrefix(secret, Key, negated ? value.slice(1) : value) !== negated
    }),
  )
}

function hasPrefix(secret: SecretRecord, key: SecretFilter['Key'], value: string): boolean {
  switch (key) {
    case 'name':
      return secret.name.startsWith(value)
    case 'description':
      return (secret.description ?? '').toLowerCase().startsWith(value.toLowerCase())
    case 'tag-key':
      return Object.keys(secret.tags).some((name) => name.startsWith(value))
    case 'tag-value':
      return Object.values(secret.tags).some((tag) => tag.startsWith(value))
    case 'all':
      return wordsOf(value).every((word) => anyText(secret).some((text) => text.startsWith(word)))
    case 'primary-region':
    case 'owning-service':
      return false
  }
}

const wordsOf = (text: string) =>
  text
    .toLowerCase()
    .split(/[\s/_+=.@!-]+/)
    .filter((word) => word !== '')

const anyText = (secret: SecretRecord): string[] =>
  [secret.name, secret.description ?? '', ...Object.keys(secret.tags), ...Object.values(secret.tags)].flatMap(wordsOf)
