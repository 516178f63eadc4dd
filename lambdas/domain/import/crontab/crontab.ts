import { jobLimits } from '../../job/job.ts'
import { planSchedule } from '../../schedule/plan-schedule.ts'
import { targetLimits } from '../../target/target-limits.ts'
import { cut } from '../cut.ts'
import { distinctNames } from '../distinct-names.ts'
import { type Draft, draftOf, type ImportDraft, type LineAccount } from '../draft.ts'
import { moveCall } from '../http-call.ts'
import { type SecretDrafts, secretDrafts } from '../secret-drafts.ts'
import { type ReadLine, readCommand } from './command.ts'
import type { CrontabDocument } from './crontab-document.ts'
import { type CrontabLine, readCrontabLine } from './lines.ts'
import { type CrontabSettings, withSetting } from './settings.ts'

type Entry = Extract<CrontabLine, { kind: 'ENTRY' }>
type EntryAt = {
  readonly line: number
  readonly text: string
  readonly entry: Entry
  readonly settings: CrontabSettings
  readonly comment: string
}
type Call = { readonly at: EntryAt; readonly read: Extract<ReadLine, { ok: true }> }

/** What a crontab says, as jobs of ours, with an account of every line. */
export function draftCrontab({ crontab, timezone, userField }: CrontabDocument): ImportDraft {
  const { accounts, entries } = readLines(crontab.split('\n'), timezone, userField)
  const outcomes = entries.map((at) => ({ at, outcome: readEntry(at, userField) }))
  const calls = outcomes.flatMap(({ at, outcome }) => (outcome.ok ? [{ at, read: outcome.read }] : []))
  const names = distinctNames(calls, nameOf, ({ at }) => at.entry.schedule)
  const nameAt = new Map(calls.map(({ at }, index) => [at, names[index] ?? '']))
  const secrets = secretDrafts('From a crontab')
  const jobs = outcomes.map(({ at, outcome }) =>
    outcome.ok
      ? draftCall({ at, read: outcome.read }, nameAt.get(at) ?? '', secrets)
      : refusedDraft(at, outcome.reasons),
  )
  const lines = [...accounts, ...jobs.map((draft) => accountOf(draft))].sort((a, b) => a.line - b.line)
  return { jobs: [...jobs, ...unreadable(accounts, crontab)], secrets: secrets.all(), neededSecrets: [], lines }
}

function readLines(texts: readonly string[], timezone: string, hasUser: boolean) {
  const accounts: LineAccount[] = []
  const entries: EntryAt[] = []
  let settings: CrontabSettings = { timezone, mailTo: undefined, variables: new Map() }
  let comment = ''
  for (const [index, text] of texts.entries()) {
    const line = index + 1
    const read = readCrontabLine(text, hasUser)
    // The last line break is the end of the last line.
    if (read.kind === 'BLANK' && line === texts.length && line > 1) break
    if (read.kind === 'ENTRY') entries.push({ line, text, entry: read, settings, comment })
    else if (read.kind === 'SETTING') {
      const changed = withSetting(settings, read.name, read.value)
      settings = changed.settings
      accounts.push({ line, kind: 'SETTING', note: changed.note })
    } else if (read.kind === 'UNREADABLE') accounts.push({ line, kind: 'REFUSED', note: read.problem })
    else accounts.push({ line, kind: read.kind, note: '' })
    comment = read.kind === 'COMMENT' ? read.text : ''
  }
  return { accounts, entries }
}

type EntryOutcome =
  | { readonly ok: true; readonly read: Call['read'] }
  | { readonly ok: false; readonly reasons: readonly string[] }

function readEntry({ text, entry, settings }: EntryAt, hasUser: boolean): EntryOutcome {
  const planned = planSchedule({ cronExpression: entry.schedule, timezone: settings.timezone })
  const read: ReadLine = /\\[\r]?$/.test(text)
    ? { ok: false, problem: 'it ends with a backslash, and crontabs have no lines that go on' }
    : readCommand(entry.command, entry.stdin, settings.variables)
  if (planned.ok && read.ok) return { ok: true, read }
  const looksLikeUser = !hasUser && /^[a-z_][a-z0-9_-]*[ \t]+\S*(curl|wget)[ \t]/.test(entry.command)
  const hint = looksLikeUser ? ' If the crontab has a user before each command, send "userField": true.' : ''
  return {
    ok: false,
    reasons: [
      ...(planned.ok ? [] : [planned.problem]),
      ...(read.ok
        ? []
        : [
            `It needs an endpoint: ${read.problem}. Put what it does behind a URL, and make a job that calls it.${hint}`,
          ]),
    ],
  }
}

function nameOf({ read }: Call): string {
  const parsed = URL.parse(read.made.call.url)
  return parsed ? `${parsed.host}${parsed.pathname}`.replace(/\/$/, '') : read.made.call.url
}

function draftCall({ at, read }: Call, name: string, secrets: SecretDrafts): Draft {
  const { made, fallback } = read
  const moved = moveCall(made.call, name, secrets)
  return draftOf({
    source: { line: at.line },
    warnings: [...moved.warnings, ...read.warnings, ...fallbackWarnings(fallback)],
    fields: {
      name,
      description: isTitle(at.comment) ? cut(at.comment, jobLimits.description) : '',
      cronExpression: at.entry.schedule,
      timezone: at.settings.timezone,
      ...moved.fields,
      timeout: made.timeoutMs ?? targetLimits.timeoutMs.max,
      redirects: made.followsRedirects ? 'FOLLOW' : 'NONE',
      ...(made.success === undefined ? {} : { success: { status: [...made.success] } }),
      maxRetries: made.maxRetries,
      ...(made.retryDelaySeconds === undefined ? {} : { retryDelaySeconds: made.retryDelaySeconds }),
      notify: notifyOf(at.settings.mailTo, fallback?.call.url),
    },
  })
}

/** Cron mails each time, and a fallback calls each time: so the first failure counts. */
function notifyOf(mailTo: readonly string[] | undefined, webhookUrl: string | undefined) {
  const isSilent = mailTo?.length === 0 && webhookUrl === undefined
  return {
    ...(isSilent ? { onFailure: false, onRecovery: false, onDisable: false } : {}),
    ...(webhookUrl === undefined ? {} : { afterFailures: 1, webhookUrl }),
    emails: [...(mailTo ?? [])],
  }
}

const fallbackWarnings = (fallback: Call['read']['fallback']): readonly string[] =>
  fallback === undefined || (fallback.call.httpMethod === 'GET' && fallback.call.headers.length === 0)
    ? []
    : ['When it fails, the webhook gets a message of Punctual, not the request that the line had.']

/** The comment right above an entry says what it is for, unless it is a heading of the columns or an entry taken out. */
const isTitle = (comment: string): boolean =>
  /\p{L}/u.test(comment) && !/^([-\d*@|.┌│└]|m +h\b|min(ute)?\b)/i.test(comment)

const refusedDraft = ({ line, text, entry }: EntryAt, reasons: readonly string[]): Draft => ({
  kind: 'refused',
  source: { line, text },
  name: cut(entry.command, jobLimits.name) || `Line ${line}`,
  warnings: [],
  reasons,
})

function unreadable(accounts: readonly LineAccount[], crontab: string): readonly Draft[] {
  const texts = crontab.split('\n')
  return accounts
    .filter(({ kind }) => kind === 'REFUSED')
    .map(({ line, note }) => ({
      kind: 'refused',
      source: { line, text: texts[line - 1] ?? '' },
      name: `Line ${line}`,
      warnings: [],
      reasons: [note],
    }))
}

const accountOf = (draft: Draft): LineAccount => ({
  line: draft.source.line ?? 0,
  kind: draft.kind === 'job' ? 'JOB' : 'REFUSED',
  note: draft.kind === 'job' ? draft.name : draft.reasons.join(' '),
})
