import { secretNamesIn } from '../target/secret-template.ts'
import type { JobDefinition } from './job.ts'

/** The secret that jobs with `sign` are signed with, one for each tenant. */
export const SIGNING_KEY_NAME = 'WEBHOOK_SIGNING_KEY'

/** Names of all secrets that a job needs to run, each once. */
export function secretNamesOf(definition: JobDefinition): readonly string[] {
  const names = secretNamesIn(definition)
  return definition.sign && !names.includes(SIGNING_KEY_NAME) ? [...names, SIGNING_KEY_NAME] : names
}
