import { z } from 'zod'

/** `whsec` is how Standard Webhooks writes a signing secret. */
export const GeneratedFormat = z.enum(['base64', 'hex', 'whsec'])
export type GeneratedFormat = z.infer<typeof GeneratedFormat>

/** Fewest random bytes in each format; Standard Webhooks 1.0.0 ("Signature scheme") asks for 24 to 64. */
export const fewestBytes: Readonly<Record<GeneratedFormat, number>> = { base64: 16, hex: 16, whsec: 24 }

export const MOST_GENERATED_BYTES = 64

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
