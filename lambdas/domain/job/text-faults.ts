import { NOT_PLAIN, PLAIN_LINE, PLAIN_LINES } from '../plain-text.ts'
import type { Fault } from '../refusal.ts'
import type { JobDefinition } from './job.ts'

/** What is wrong with the texts by which people know a job, and with lists that say something twice. */
export function textFaults({ name, description, tags, notify }: JobDefinition): readonly Fault[] {
  return [
    ...unlike(PLAIN_LINE, name, '/name'),
    ...unlike(PLAIN_LINES, description, '/description'),
    ...tags.flatMap((tag, index) => unlike(PLAIN_LINE, tag, `/tags/${index}`)),
    ...repeated(tags, '/tags'),
    ...repeated(notify.emails, '/notify/emails'),
  ]
}

const unlike = (pattern: RegExp, text: string, pointer: string): readonly Fault[] =>
  pattern.test(text) ? [] : [{ pointer, detail: `${NOT_PLAIN}; got ${escaped(text)}` }]

const repeated = (values: readonly string[], pointer: string): readonly Fault[] =>
  values.flatMap((value, index) =>
    values.indexOf(value) === index
      ? []
      : [{ pointer: `${pointer}/${index}`, detail: `must not repeat an entry; got ${JSON.stringify(value)} again` }],
  )

/** So that the answer shows what nobody could see. */
const escaped = (text: string): string =>
  JSON.stringify(text).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
