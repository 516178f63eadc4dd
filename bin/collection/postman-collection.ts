import { capturedIds } from './captured-ids.ts'
import type { DocumentedApi, DocumentedCall, DocumentedParameter } from './documented-calls.ts'

const SCHEMA = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json'

const ofPlace = (call: DocumentedCall, place: 'path' | 'query'): readonly DocumentedParameter[] =>
  call.parameters.filter((parameter) => parameter.in === place)

/** Variables that a path needs and an earlier call fills in. */
const captured = new Set(Object.values(capturedIds).flatMap((fields) => Object.keys(fields)))

function urlOf(call: DocumentedCall) {
  const path = call.path.replace(/\{(\w+)\}/g, ':$1').slice(1)
  const query = ofPlace(call, 'query').map(({ name, example, description = '' }) => ({
    key: name,
    value: example === undefined ? '' : String(example),
    description,
    disabled: example === undefined,
  }))
  const sent = query.filter(({ disabled }) => !disabled).map(({ key, value }) => `${key}=${value}`)
  return {
    raw: `{{baseUrl}}/${path}${sent.length === 0 ? '' : `?${sent.join('&')}`}`,
    host: ['{{baseUrl}}'],
    path: path.split('/'),
    query,
    variable: ofPlace(call, 'path').map(({ name, example, description = '' }) => ({
      key: name,
      value: captured.has(name) ? `{{${name}}}` : String(example ?? ''),
      description,
    })),
  }
}

function requestOf(call: DocumentedCall) {
  const hasBody = call.body !== undefined
  return {
    ...(call.isPublic ? { auth: { type: 'noauth' } } : {}),
    method: call.method,
    header: hasBody ? [{ key: 'Content-Type', value: 'application/json' }] : [],
    ...(hasBody
      ? { body: { mode: 'raw', raw: JSON.stringify(call.body, undefined, 2), options: { raw: { language: 'json' } } } }
      : {}),
    url: urlOf(call),
    description: call.description,
  }
}

function itemOf(call: DocumentedCall) {
  const request = requestOf(call)
  const lines = Object.entries(capturedIds[call.operation] ?? {}).map(
    ([variable, field]) => `pm.collectionVariables.set('${variable}', pm.response.json().${field})`,
  )
  return {
    name: call.summary,
    ...(lines.length === 0 ? {} : { event: [{ listen: 'test', script: { type: 'text/javascript', exec: lines } }] }),
    request,
    response: call.answers.map(({ status, description, example }) => ({
      name: description,
      originalRequest: request,
      code: status,
      header: [{ key: 'Content-Type', value: 'application/json' }],
      body: JSON.stringify(example, undefined, 2),
    })),
  }
}

/** Sample values for what a reader has not made yet. */
function samplesOf(calls: readonly DocumentedCall[]) {
  const parameters = calls.flatMap((call) => ofPlace(call, 'path'))
  return [...captured].map((key) => {
    const example = parameters.find(({ name }) => name === key)?.example
    return { key, value: example === undefined ? '' : String(example) }
  })
}

/** The API as a Postman collection, format 2.1: a folder for each heading, and a token for all that logging in fills in. */
export function postmanCollection({ title, version, tags, calls }: DocumentedApi): unknown {
  return {
    info: { name: `${title} ${version}`, schema: SCHEMA, description: 'Log in first: it fills in the token.' },
    auth: { type: 'bearer', bearer: [{ key: 'token', value: '{{token}}', type: 'string' }] },
    variable: [{ key: 'baseUrl', value: 'http://127.0.0.1:8787' }, ...samplesOf(calls)],
    item: tags
      .map(({ name, description }) => ({
        name,
        description,
        item: calls.filter(({ tag }) => tag === name).map(itemOf),
      }))
      .filter(({ item }) => item.length > 0),
  }
}
