import type { Resource } from './routes.ts'

/** A heading of the reference: its text, and a sentence about what is below it. */
type Tag = { readonly name: string; readonly description: string }

/** Headings by resource, and those that part of a resource's operations have; in the order of the page. */
export const tags: Readonly<Record<Resource | 'templates' | 'transfer', Tag>> = {
  auth: { name: 'Accounts', description: 'Signing up and logging in. The tokens that come back open everything else.' },
  keys: { name: 'API keys', description: 'Credentials for machines, with scopes.' },
  jobs: { name: 'Jobs', description: 'What is called, and when.' },
  schedules: { name: 'Schedules', description: 'What an expression means, before anything is stored.' },
  runs: { name: 'Runs', description: 'What happened: one run for each planned instant and each request to run now.' },
  stats: { name: 'Figures', description: 'How many, how often, how long: counted as runs end.' },
  secrets: { name: 'Secrets', description: 'Values that jobs refer to as `{{secrets.NAME}}`; nobody can read them.' },
  audit: { name: 'Audit', description: 'Who did what, when and from where.' },
  admin: {
    name: 'Admin',
    description: 'Users, and what all of them have; for admins only, but for the end of the own account.',
  },
  templates: { name: 'Templates', description: 'Several jobs and secrets from one form.' },
  transfer: { name: 'Moving', description: 'All jobs at once: from elsewhere, from a file in git, and out again.' },
  service: { name: 'The service', description: 'How it is, and this description of it.' },
}

export type TagKey = keyof typeof tags
