import * as z from 'zod'

/** `whsec` is how Standard Webhooks writes a signing secret. */
export const GeneratedFormat = z.enum(['base64', 'hex', 'whsec'])
export type GeneratedFormat = z.infer<typeof GeneratedFormat>

/** How many random bytes a value may have; Standard Webhooks 1.0.0 ("Signature scheme") asks for 24 to 64. */
export const generatedBytes = { fewest: 16, fewestToSign: 24, usual: 32, most: 64 } as const

/** Writes random bytes as a secret value. */
export function formatGenerated(bytes: Uint8Array, format: GeneratedFormat): string {
  switch (format) {
    case 'base64':
      return Buffer.from(bytes).toString('base64')
    case 'hex':
      return Buffer.from(bytes).toString('hex')
    case 'whsec':
      return `whsec_${Buffer.from(bytes).toString('base64')}`
  }
}
