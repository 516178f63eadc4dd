import { secretNamesIn } from '../target/secret-template.ts'
import type { JobDefinition } from './job.ts'

/** The secret that jobs with `sign`, and notifications by webhook, are signed with, one for each tenant. */
export const SIGNING_KEY_NAME = 'WEBHOOK_SIGNING_KEY'

/** Whether a job, or what is told of it, is signed. */
export const needsSigningKey = ({ sign, notify }: Pick<JobDefinition, 'sign' | 'notify'>): boolean =>
  sign || notify.webhookUrl !== null

/** Names of all secrets that a job needs to run, each once. */
export const secretNamesOf = (definition: JobDefinition): readonly string[] =>
  withSigningKey(secretNamesIn(definition), definition.sign)

/** Names of all secrets that a job cannot do without, each once: to run, and to tell of it. */
export const secretsUsedBy = (definition: JobDefinition): readonly string[] =>
  withSigningKey(secretNamesIn(definition), needsSigningKey(definition))

const withSigningKey = (names: readonly string[], isNeeded: boolean): readonly string[] =>
  isNeeded && !names.includes(SIGNING_KEY_NAME) ? [...names, SIGNING_KEY_NAME] : names
