import { decorateServiceException, ServiceException } from '@smithy/core/client'
import type { HttpResponse, ResponseMetadata } from '@smithy/types'
import { fromJson } from './attribute-values.ts'

function metadataOf({ statusCode, headers }: HttpResponse): ResponseMetadata {
  const requestId = headers['x-amzn-requestid']
  return { httpStatusCode: statusCode, ...(requestId === undefined ? {} : { requestId }) }
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** What an answer says, by the protocol AWS JSON 1.0. @throws SyntaxError when it is cut short, or not JSON at all. */
async function contentOf(response: HttpResponse): Promise<Record<string, unknown>> {
  const text = await textOf(response.body)
  return text === '' ? {} : Object(fromJson(text))
}

/** `com.amazonaws.dynamodb.v20120810#ThrottlingException:http://…` as `ThrottlingException`. */
const nameOf = (type: string): string => type.replace(/[:,].*$/s, '').replace(/^.*#/s, '')

/** As the SDK has them: named by their type, and with what came along, e.g. `Item` or `CancellationReasons`. */
function refusalOf(response: HttpResponse, content: Record<string, unknown>): ServiceException {
  const exception = new ServiceException({
    name: nameOf(String(content.__type ?? content.code ?? response.headers['x-amzn-errortype'] ?? 'Unknown')),
    $fault: response.statusCode < 500 ? 'client' : 'server',
    $metadata: metadataOf(response),
    message: String(content.message ?? content.Message ?? 'UnknownError'),
  })
  return decorateServiceException(exception, content)
}

/** An error knows the answer that it came of: its status decides on retries, its date tells of a wrong clock. */
function withResponse(error: unknown, response: HttpResponse): unknown {
  if (!(error instanceof Error)) return error
  if (!('$metadata' in error)) Object.assign(error, { $metadata: metadataOf(response) })
  return Object.defineProperty(error, '$response', { value: response, enumerable: false })
}

/**
 * Reads an answer of DynamoDB.
 * @returns what it says, with `$metadata` beside it.
 * @throws ServiceException named as the SDK names it when DynamoDB refuses; whatever goes wrong while reading.
 */
export async function readAnswer(response: HttpResponse): Promise<Record<string, unknown>> {
  try {
    const content = await contentOf(response)
    if (response.statusCode >= 300) throw refusalOf(response, content)
    return { ...content, $metadata: metadataOf(response) }
  } catch (error) {
    throw withResponse(error, response)
  }
}
