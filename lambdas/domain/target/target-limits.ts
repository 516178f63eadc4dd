/** The limits of a target, in one place; its fields and the sender keep them. */
export const targetLimits = {
  urlLength: 2048,
  bodyBytes: 65_536,
  credentialLength: 2048,
  timeoutMs: { min: 1000, max: 300_000 },
  /** Body once its secrets are in, in bytes. */
  expandedBodyBytes: 262_144,
  /** URL once its secrets are in, in characters. */
  expandedUrlLength: 16_384,
} as const
