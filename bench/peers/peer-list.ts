/** Something that people run jobs with on one machine, and how to get it. Versions as offered in November 2026. */
export type Peer = {
  readonly name: string
  /** For npm; pinned, so that figures can be compared. */
  readonly packages: readonly string[]
  /** Its script in `scripts/`. */
  readonly script: string
  readonly server: 'redis' | 'postgresql' | null
  readonly keeps: string
}

export const peers: readonly Peer[] = [
  { name: 'croner', packages: ['croner@11.0.0'], script: 'croner.mjs', server: null, keeps: 'nothing' },
  {
    name: 'BullMQ',
    packages: ['bullmq@6.7.0', 'ioredis@6.0.0'],
    script: 'bullmq.mjs',
    server: 'redis',
    keeps: 'status, times and body, in Redis (AOF, synced every second: a crash of the machine loses the last one)',
  },
  {
    name: 'graphile-worker',
    packages: ['graphile-worker@0.18.0', 'pg@8.23.1'],
    script: 'graphile-worker.mjs',
    server: 'postgresql',
    keeps: 'a row of our own with status, times and body; synced',
  },
  {
    name: 'pg-boss',
    packages: ['pg-boss@12.35.0'],
    script: 'pg-boss.mjs',
    server: 'postgresql',
    keeps: 'status, times and body, as the job’s output; synced',
  },
  {
    name: 'Agenda',
    packages: ['agenda@6.2.6', '@agendajs/postgres-backend@3.0.6', 'pg@8.23.1'],
    script: 'agenda.mjs',
    server: 'postgresql',
    keeps: 'a row of our own with status, times and body; synced',
  },
]
