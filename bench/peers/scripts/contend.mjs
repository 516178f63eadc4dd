/**
 * What every peer's process has in common. These scripts are plain JavaScript and are copied beside the packages they use,
 * so that they load what a user of the peer would load and nothing of ours.
 */

/**
 * Calls the target as each peer's documentation would, with fetch. Returns what is to be kept of a run: how it ended, when,
 * and what the target answered.
 */
export async function call(targetUrl) {
  const startedAt = new Date().toISOString()
  const response = await fetch(targetUrl, { method: 'POST' })
  const body = await response.text()
  return { status: response.status, startedAt, finishedAt: new Date().toISOString(), body }
}

/**
 * @param prepare gets {count, dueAt, targetUrl} and `ran`, to be called after each run; resolves when all jobs are stored
 * @param records resolves with how many runs are kept with their response; null where none is
 */
export function contend({ prepare, records = async () => null, stop = async () => {} }) {
  process.on('message', async ({ count, dueAt, targetUrl }) => {
    let left = count
    const ran = async () => {
      if (--left > 0) return
      const at = Date.now()
      process.send({ kind: 'finished', at, records: await records() })
    }
    await prepare({ count, dueAt: new Date(dueAt), targetUrl }, ran)
    process.send({ kind: 'prepared' })
  })
  process.once('SIGTERM', async () => {
    setTimeout(() => process.exit(0), 2_000).unref()
    await stop().catch(() => {})
    process.exit(0)
  })
  process.send({ kind: 'ready' })
}
