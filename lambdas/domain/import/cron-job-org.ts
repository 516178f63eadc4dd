import type { HttpMethod } from '../target/target.ts'
import { targetLimits } from '../target/target-limits.ts'
import type { CronJobOrgDocument, CronJobOrgJob } from './cron-job-org-document.ts'
import { draftSchedule } from './cron-job-org-schedule.ts'
import { distinctNames } from './distinct-names.ts'
import { type Draft, draftOf, type ImportDraft } from './draft.ts'
import { moveCall } from './http-call.ts'
import { type SecretDrafts, secretDrafts } from './secret-drafts.ts'

/** RequestMethod of its REST API, by number. */
const METHODS = ['GET', 'POST', 'OPTIONS', 'HEAD', 'PUT', 'DELETE', 'TRACE', 'CONNECT', 'PATCH'] as const
/** Seconds that a request may take there unless the job says otherwise. */
const DEFAULT_TIMEOUT_SECONDS = 30
/** Headers that it never sent, whatever the job said. */
const NEVER_SENT: ReadonlySet<string> = new Set(['user-agent', 'connection', 'x-forwarded-for'])

/** What cron-job.org's documents say, as jobs of ours. */
export function draftCronJobOrg({ jobs, details, jobDetails }: CronJobOrgDocument): ImportDraft {
  const byId = new Map<number, CronJobOrgJob>()
  const detailed = [...details.map((document) => document.jobDetails), ...(jobDetails ? [jobDetails] : [])]
  for (const job of [...jobs, ...detailed]) byId.set(job.jobId, job)
  // The order that names and secrets depend on must not be the document's.
  const all = [...byId.values()].sort((a, b) => a.jobId - b.jobId)
  const names = distinctNames(all, nameOf, ({ jobId }) => String(jobId))
  const secrets = secretDrafts('From cron-job.org')
  const drafts = all.map((job, index) => draftJob(job, names[index] ?? nameOf(job), secrets))
  return { jobs: drafts, secrets: secrets.all(), neededSecrets: [] }
}

function nameOf({ title, url, jobId }: CronJobOrgJob): string {
  const parsed = URL.parse(url)
  return title?.trim() || (parsed ? `${parsed.host}${parsed.pathname}`.replace(/\/$/, '') : `Job ${jobId}`)
}

function draftJob(job: CronJobOrgJob, name: string, secrets: SecretDrafts): Draft {
  const source = { jobId: job.jobId }
  const method = methodOf(job.requestMethod)
  const schedule = draftSchedule(job.schedule)
  if (!schedule.ok || !method.ok) {
    const reasons = [...(method.ok ? [] : [method.reason]), ...(schedule.ok ? [] : schedule.reasons)]
    return { kind: 'refused', source, name, warnings: [], reasons }
  }
  const headers = Object.entries(job.extendedData?.headers ?? {})
  const sent = headers.filter(([header]) => !NEVER_SENT.has(header.toLowerCase()))
  const basicAuth = job.auth?.enable ? { username: job.auth.user ?? '', password: job.auth.password ?? '' } : undefined
  const body = job.extendedData?.body || null
  const moved = moveCall({ url: job.url, httpMethod: method.method, headers: sent, body, basicAuth }, name, secrets)
  const variables = variablesOf(job)
  return draftOf({
    source,
    warnings: [...moved.warnings, ...warningsOf(job, variables)],
    fields: {
      name,
      ...(job.folderId ? { tags: [`folder-${job.folderId}`] } : {}),
      // What is not expanded here must not go out by itself.
      enabled: job.enabled && variables.length === 0,
      ...schedule.fields,
      ...moved.fields,
      ...policiesOf(job),
    },
  })
}

function methodOf(
  code: number,
): { readonly ok: true; readonly method: HttpMethod } | { readonly ok: false; readonly reason: string } {
  const method = METHODS[code]
  if (method === undefined) return { ok: false, reason: `${code} is no request method of cron-job.org.` }
  if (method === 'TRACE' || method === 'CONNECT') {
    return { ok: false, reason: `The method ${method} speaks to proxies, not to an endpoint; no job can have it.` }
  }
  return { ok: true, method }
}

function policiesOf(job: CronJobOrgJob) {
  const seconds = job.requestTimeout > 0 ? job.requestTimeout : DEFAULT_TIMEOUT_SECONDS
  const { notification } = job
  return {
    timeout: Math.min(seconds * 1000, targetLimits.timeoutMs.max),
    success: { status: job.redirectSuccess ? ['200-299', '300-399'] : ['200-299'] },
    saveResponse: job.saveResponses ? ('ALWAYS' as const) : ('NEVER' as const),
    maxRetries: 0,
    ...(notification
      ? {
          notify: {
            onFailure: notification.onFailure,
            afterFailures: Math.max(1, notification.onFailureCount ?? 1),
            onRecovery: notification.onSuccess,
            onDisable: notification.onDisable,
          },
        }
      : {}),
  }
}

/** Its variables, as far as a job uses them: `%cjo:unixtime%`, `%cjo:uuid4%`. */
function variablesOf({ url, extendedData }: CronJobOrgJob): readonly string[] {
  const texts = [url, extendedData?.body ?? '', ...Object.entries(extendedData?.headers ?? {}).flat()]
  return [...new Set(texts.flatMap((text) => text.match(/%cjo:[A-Za-z0-9_]+%/g) ?? []))]
}

function warningsOf(job: CronJobOrgJob, variables: readonly string[]): readonly string[] {
  const { extendedData, notification, requestTimeout } = job
  const dropped = Object.keys(extendedData?.headers ?? {}).filter((name) => NEVER_SENT.has(name.toLowerCase()))
  const hasType = Object.keys(extendedData?.headers ?? {}).some((name) => name.toLowerCase() === 'content-type')
  const isDetailed = job.auth !== undefined || notification !== undefined || extendedData !== undefined
  return [
    ...(isDetailed
      ? []
      : ['Only the list was given: headers, body, credentials and notifications are in the details of the job.']),
    ...(variables.length > 0
      ? [
          `It uses ${variables.join(', ')}, which Punctual does not replace. The job is imported paused; change it first.`,
        ]
      : []),
    ...dropped.map((name) => `The header ${name} is left out: cron-job.org never sent it.`),
    ...(extendedData?.body && !hasType
      ? ['It has a body and no Content-Type header; add the one that the target expects.']
      : []),
    ...(requestTimeout * 1000 > targetLimits.timeoutMs.max
      ? [`The timeout of ${requestTimeout} s becomes ${targetLimits.timeoutMs.max / 1000} s, the longest there is.`]
      : []),
    ...(notification?.onSslCertExpiry
      ? ['There is no notification before a certificate expires; a call to an expired one fails.']
      : []),
    ...(job.type === 1 ? ['It belongs to a status monitor, which is not imported; the calls are.'] : []),
  ]
}
