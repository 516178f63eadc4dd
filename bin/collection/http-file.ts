import { capturedIds } from './captured-ids.ts'
import type { DocumentedApi, DocumentedCall } from './documented-calls.ts'

/** Where each captured variable comes from. */
const sources = Object.entries(capturedIds).flatMap(([operation, fields]) =>
  Object.entries(fields).map(([variable, field]) => ({ variable, from: `{{${operation}.response.body.${field}}}` })),
)
const captured = new Set(sources.map(({ variable }) => variable))

function targetOf({ path, parameters }: DocumentedCall): string {
  const example = (name: string) => String(parameters.find((parameter) => parameter.name === name)?.example ?? '')
  const filled = path.replace(/\{(\w+)\}/g, (_match, name: string) =>
    captured.has(name) ? `{{${name}}}` : example(name),
  )
  const query = parameters.filter((parameter) => parameter.in === 'query' && parameter.example !== undefined)
  const text = query.map((parameter) => `${parameter.name}=${encodeURIComponent(parameter.example ?? '')}`).join('&')
  return text === '' ? filled : `${filled}?${text}`
}

function requestOf(call: DocumentedCall): string {
  return [
    `### ${call.summary}`,
    `# @name ${call.operation}`,
    `${call.method} {{baseUrl}}${targetOf(call)}`,
    ...(call.isPublic ? [] : ['Authorization: Bearer {{token}}']),
    ...(call.body === undefined ? [] : ['Content-Type: application/json', '', JSON.stringify(call.body, undefined, 2)]),
  ].join('\n')
}

/** The API as a file of requests, in the form that editors send from (VS Code's REST Client, and others). */
export function httpFile({ title, version, tags, calls }: DocumentedApi): string {
  const head = [
    `# ${title} ${version}: every call, with its example. Send "Log in" first; its answer fills in the token.`,
    '# What stands in double braces with a dot, such as {{secrets.CRON_SECRET}}, is for Punctual and is sent as it stands.',
    '@baseUrl = http://127.0.0.1:8787',
    ...sources.map(({ variable, from }) => `@${variable} = ${from}`),
  ].join('\n')
  const chapters = tags.flatMap(({ name, description }) => {
    const own = calls.filter(({ tag }) => tag === name)
    // A comment alone would be the end of the body above it.
    return own.length === 0 ? [] : [`### ===== ${name}. ${description}`, ...own.map(requestOf)]
  })
  return `${[head, ...chapters].join('\n\n')}\n`
}
