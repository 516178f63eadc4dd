import type { ExecuteRunDeps } from '../use-cases/execute-run.ts'

/** What a plain run has no use for. */
export type RareAdapters = Pick<
  ExecuteRunDeps,
  'jobs' | 'postponer' | 'catalog' | 'secrets' | 'mailer' | 'mails' | 'owners' | 'hostPlaces'
>

/**
 * Adapters that are loaded when the first of them is used.
 * @param mailChannel of the mailer that will be loaded.
 */
export function loadedLater(
  mailChannel: RareAdapters['mailer']['channel'],
  load: () => Promise<RareAdapters>,
): RareAdapters {
  let loading: Promise<RareAdapters> | undefined
  const rare = (): Promise<RareAdapters> => {
    loading ??= load()
    return loading
  }
  return {
    jobs: {
      read: async (...job) => (await rare()).jobs.read(...job),
      replace: async (...change) => (await rare()).jobs.replace(...change),
    },
    postponer: { postpone: async (...order) => (await rare()).postponer.postpone(...order) },
    catalog: { read: async (...name) => (await rare()).catalog.read(...name) },
    secrets: {
      resolve: async (tenant, names) =>
        names.length === 0 ? { values: new Map(), missing: [] } : (await rare()).secrets.resolve(tenant, names),
      forget: async (...names) => (await rare()).secrets.forget(...names),
    },
    mailer: { channel: mailChannel, send: async (...mail) => (await rare()).mailer.send(...mail) },
    mails: { add: async (...count) => (await rare()).mails.add(...count) },
    owners: { emailOf: async (...tenant) => (await rare()).owners.emailOf(...tenant) },
    hostPlaces: {
      take: async (...place) => (await rare()).hostPlaces.take(...place),
      giveBack: async (...place) => (await rare()).hostPlaces.giveBack(...place),
    },
  }
}
