import { SecretValue } from '../secret/secret.ts'
import { cut } from './cut.ts'
import type { SecretDraft } from './draft.ts'

/** Characters of a secret's name that the job's name may take, and that the name of the credential may. */
const LONGEST_JOB_PART = 40
const LONGEST_CREDENTIAL_PART = 20

/** Collects the credentials of imported jobs as secrets. */
export type SecretDrafts = {
  /**
   * Puts a credential aside.
   * @param of the job's name and what the credential is, e.g. `X-Cron-Secret`; the secret is named after both.
   * @returns the reference to put in its place, or undefined when the value cannot be a secret (empty, control characters).
   */
  keep(value: string, of: { readonly job: string; readonly credential: string }): string | undefined
  readonly all: () => readonly SecretDraft[]
}

const slug = (text: string, longest: number): string =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]+/g, '_')
    .slice(0, longest)
    .replaceAll(/^_+|_+$/g, '')

/**
 * Starts a collection. A value that several jobs use becomes one secret, named after the first of them: secrets cost money,
 * and a rotated value should have to be changed once.
 * @param origin what the descriptions say, e.g. `From a crontab`.
 */
export function secretDrafts(origin: string): SecretDrafts {
  const byValue = new Map<string, SecretDraft>()
  const names = new Set<string>()
  const lastNumber = new Map<string, number>()
  const freeName = (wanted: string): string => {
    let name = wanted
    let number = lastNumber.get(wanted) ?? 1
    while (names.has(name)) name = `${wanted}_${++number}`
    lastNumber.set(wanted, number)
    names.add(name)
    return name
  }
  return {
    keep(value, { job, credential }) {
      if (!SecretValue.safeParse(value).success) return undefined
      const known = byValue.get(value)
      if (known) return `{{secrets.${known.name}}}`
      const parts = [slug(job, LONGEST_JOB_PART), slug(credential, LONGEST_CREDENTIAL_PART)].filter(
        (part) => part !== '',
      )
      const name = freeName(parts.join('_') || 'IMPORTED')
      byValue.set(value, { name, value, description: cut(`${origin}: ${credential} of ${job}`, 256) })
      return `{{secrets.${name}}}`
    },
    all: () => [...byValue.values()],
  }
}
