import { z } from 'zod'

/** One version of a secret's value. The value itself is kept apart, sealed. */
const SecretVersion = z.object({
  id: z.string(),
  /** Staging labels: AWSCURRENT, AWSPREVIOUS, AWSPENDING or the user's own. None: the version is deprecated. */
  stages: z.array(z.string()),
  createdAtMs: z.number(),
  accessedDayMs: z.number().exactOptional(),
})
export type SecretVersion = Readonly<z.infer<typeof SecretVersion>>

/** A secret without its values. */
export const SecretRecord = z.object({
  arn: z.string(),
  name: z.string(),
  description: z.string().exactOptional(),
  kmsKeyId: z.string().exactOptional(),
  tags: z.record(z.string(), z.string()),
  createdAtMs: z.number(),
  changedAtMs: z.number(),
  accessedDayMs: z.number().exactOptional(),
  /** When deletion was asked for, and when the secret is gone for good. */
  deletion: z.object({ askedAtMs: z.number(), dueAtMs: z.number() }).exactOptional(),
  /** Oldest first. */
  versions: z.array(SecretVersion),
})
export type SecretRecord = Readonly<z.infer<typeof SecretRecord>>

export const CURRENT = 'AWSCURRENT'
export const PREVIOUS = 'AWSPREVIOUS'

export const stagedVersion = (secret: SecretRecord, stage: string): SecretVersion | undefined =>
  secret.versions.find((version) => version.stages.includes(stage))

/**
 * Moves staging labels to the version `toId`. Each label sits on one version at a time, and the version that loses
 * AWSCURRENT becomes AWSPREVIOUS (Secrets Manager User Guide, "Secret versions").
 */
export function moveStages(
  versions: readonly SecretVersion[],
  stages: readonly string[],
  toId: string,
): SecretVersion[] {
  const losesCurrent = stages.includes(CURRENT)
    ? versions.find((version) => version.stages.includes(CURRENT) && version.id !== toId)
    : undefined
  const moving = new Set(losesCurrent && !stages.includes(PREVIOUS) ? [...stages, PREVIOUS] : stages)
  return versions.map((version) => {
    const kept = version.stages.filter((stage) => !moving.has(stage))
    const won = version.id === toId ? stages : version === losesCurrent && !stages.includes(PREVIOUS) ? [PREVIOUS] : []
    return { ...version, stages: [...new Set([...kept, ...won])] }
  })
}

/** Takes one label off a version. */
export function removeStage(versions: readonly SecretVersion[], stage: string, fromId: string): SecretVersion[] {
  return versions.map((version) =>
    version.id === fromId ? { ...version, stages: version.stages.filter((other) => other !== stage) } : version,
  )
}
