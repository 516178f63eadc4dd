import { randomUUID } from 'node:crypto'
import { WireError, type WireRequest, type WireResponse } from '../wire-service.ts'

/** What an answer is made of: text, or named members, or a list whose members are called `member`. */
export type XmlContent = string | readonly XmlContent[] | { readonly [name: string]: XmlContent | undefined }

/** One operation: takes the form's fields, gives the members of its result. */
export type QueryOperation = (fields: URLSearchParams) => XmlContent | undefined

/** Answers a request of the AWS query protocol: a form in, XML out. Source: Smithy, "AWS query protocol". */
export function answerQuery(
  request: WireRequest,
  namespace: string,
  operations: Readonly<Record<string, QueryOperation>>,
): WireResponse {
  const RequestId = randomUUID()
  try {
    const fields = new URLSearchParams(new TextDecoder().decode(request.body))
    const action = fields.get('Action') ?? ''
    const run = Object.hasOwn(operations, action) ? operations[action] : undefined
    if (!run) throw new WireError('InvalidAction', `There is no operation "${action}" here`)
    const result = run(fields)
    const response = {
      ...(result === undefined ? {} : { [`${action}Result`]: result }),
      ResponseMetadata: { RequestId },
    }
    return xmlAnswer(200, `${action}Response`, namespace, response)
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    const details = { Type: 'Sender', Code: error.type, Message: error.message }
    return xmlAnswer(error.status, 'ErrorResponse', namespace, { Error: details, RequestId })
  }
}

const xmlAnswer = (status: number, root: string, namespace: string, content: XmlContent): WireResponse => ({
  status,
  headers: { 'content-type': 'text/xml' },
  body: `<${root} xmlns="${namespace}">${xml(content)}</${root}>`,
})

function xml(content: XmlContent): string {
  if (typeof content === 'string') return escaped(content)
  if (isList(content)) return content.map((member) => element('member', member)).join('')
  return Object.entries(content)
    .map(([name, member]) => (member === undefined ? '' : element(name, member)))
    .join('')
}

const isList = (content: Exclude<XmlContent, string>): content is readonly XmlContent[] => Array.isArray(content)

const element = (name: string, content: XmlContent) => `<${name}>${xml(content)}</${name}>`

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

const escaped = (text: string) => text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character)
