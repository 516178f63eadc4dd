import { tellsOf, textsIn } from './canary.ts'
import type { CanaryWorld } from './canary-world.ts'

/** Where Punctual could give a secret away: all but the vault, and the requests to targets that are to have it. */
export type Place =
  | 'items'
  | 'log lines'
  | 'subjects of mails'
  | 'texts of mails'
  | 'pages of mails'
  | 'headers of webhooks'
  | 'bodies of webhooks'
  | 'views of jobs'
  | 'views of runs'
  | 'views of secrets'
  | 'exports'
  | 'problems'
  | 'OpenAPI document'

export type Places = Readonly<Record<Place, readonly string[]>>

const RUNS: ReadonlySet<string> = new Set(['listRuns', 'listJobRuns', 'readRun'])
const SECRETS: ReadonlySet<string> = new Set(['listSecrets', 'putSecret', 'generateSecret'])

/** What the API has answered, by what it is about. */
function answeredPlace({ operation, answered }: CanaryWorld['answers'][number]) {
  if (answered.status >= 400) return 'problems'
  if (operation === 'exportJobs') return 'exports'
  if (SECRETS.has(operation)) return 'views of secrets'
  return RUNS.has(operation) ? 'views of runs' : 'views of jobs'
}

/** Everything that is outside of the vault, as texts. @param document the OpenAPI document. */
export async function placesOf(world: CanaryWorld, document: unknown): Promise<Places> {
  const answersAt = (place: Place) =>
    world.answers
      .filter((answer) => answeredPlace(answer) === place)
      .map(({ answered }) => textsIn([answered.headers, answered.body]))
  return {
    items: (await world.items()).map(textsIn),
    'log lines': world.lines.flatMap((line) => [line, textsIn(line)]),
    'subjects of mails': world.mails.map(({ mail }) => mail.subject),
    'texts of mails': world.mails.map(({ mail }) => mail.text),
    'pages of mails': world.mails.flatMap(({ mail }) => [mail.html, readAsHtml(mail.html)]),
    'headers of webhooks': world.target.told.map(({ headers }) => headers.join('\n')),
    'bodies of webhooks': world.target.told.flatMap(({ body }) => [body, textsIn(body)]),
    'views of jobs': answersAt('views of jobs'),
    'views of runs': answersAt('views of runs'),
    'views of secrets': answersAt('views of secrets'),
    exports: answersAt('exports'),
    problems: answersAt('problems'),
    'OpenAPI document': [JSON.stringify(document), textsIn(document)],
  }
}

const placeNames = (places: Places): readonly Place[] =>
  Object.keys(places).filter((name): name is Place => Object.hasOwn(places, name))

/** The texts that tell of any of the secrets, by their place; places without one are left out. */
export function hitsIn(
  places: Places,
  secrets: readonly string[],
): Readonly<Partial<Record<Place, readonly string[]>>> {
  const isHit = (text: string) => secrets.some((secret) => tellsOf(text, secret))
  const hits = placeNames(places).map((name) => [name, places[name].filter(isHit)] as const)
  return Object.fromEntries(hits.filter(([, texts]) => texts.length > 0))
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' }

/** As a reader of mail shows it. */
const readAsHtml = (html: string): string =>
  html.replaceAll(/&(lt|gt|quot|#39|amp);/g, (entity, name: string) => ENTITIES[name] ?? entity)
