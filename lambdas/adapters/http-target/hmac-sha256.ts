import { createHmac } from 'node:crypto'
import type { HmacSha256 } from '../../domain/target/signature.ts'

export const hmacSha256: HmacSha256 = (key, message) => createHmac('sha256', key).update(message).digest()
