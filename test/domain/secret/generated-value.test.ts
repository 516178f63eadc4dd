import fc from 'fast-check'
import { expect, it } from 'vitest'
import { formatGenerated, generatedBytes } from '../../../lambdas/domain/secret/generated-value.ts'
import { SecretValue } from '../../../lambdas/domain/secret/secret.ts'

const bytes = fc.uint8Array({ minLength: generatedBytes.fewest, maxLength: generatedBytes.most })

it.each([
  ['base64', (value: string) => Buffer.from(value, 'base64')],
  ['hex', (value: string) => Buffer.from(value, 'hex')],
  ['whsec', (value: string) => Buffer.from(value.replace(/^whsec_/, ''), 'base64')],
] as const)('formatGenerated writes %s that keeps every byte and is a secret value', (format, read) => {
  fc.assert(
    fc.property(bytes, (random) => {
      const value = formatGenerated(random, format)
      expect(Uint8Array.from(read(value))).toEqual(Uint8Array.from(random))
      expect(SecretValue.safeParse(value).success).toBe(true)
    }),
  )
})
