import { type Cidr, parseCidrs } from '../domain/target/address-policy.ts'

/** Reads `TARGET_ALLOW_CIDRS`. @throws Error naming the range that is wrong. */
export function readAllowedCidrs(text: string): readonly Cidr[] {
  const parsed = parseCidrs(text)
  if (!parsed.ok) throw new Error(`TARGET_ALLOW_CIDRS: ${parsed.problem}`)
  return parsed.cidrs
}
