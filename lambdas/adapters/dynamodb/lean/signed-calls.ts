import { randomUUID } from 'node:crypto'
import { AwsSdkSigV4Signer } from '@aws-sdk/core/httpAuthSchemes'
import { HttpRequest } from '@smithy/core/protocols'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { SignatureV4 } from '@smithy/signature-v4'
import type { AwsCredentialIdentity, HttpResponse } from '@smithy/types'
import { TIMEOUTS } from '../table-client.ts'
import { readAnswer } from './answer.ts'
import { retries } from './retries.ts'
import { Sha256 } from './sha256.ts'

/** Sends a request that is signed, and gives the answer as soon as its head is there. */
export type RequestHandler = { handle(request: HttpRequest): Promise<{ response: HttpResponse }> }

/** Where DynamoDB is, and as whom it is called. */
export type Connection = {
  readonly endpoint: URL
  readonly region: string
  readonly credentials: AwsCredentialIdentity
  /** How the callers name themselves. */
  readonly userAgent: string
  /** @default as many as the SDK makes */
  readonly maxAttempts?: number
  /** @default over HTTP, with connections that are kept */
  readonly handler?: RequestHandler
}

/** Calls an operation by its name with its input, as JSON. @throws as `readAnswer` does, once retries are of no use. */
export type Call = (operation: string, input: string) => Promise<Record<string, unknown>>

const API = 'DynamoDB_20120810'

/**
 * Calls of DynamoDB over HTTP by the protocol AWS JSON 1.0, of the parts that the SDK's own client is made of: its signer with
 * its correction of wrong clocks, its retries, its connections. What is not here is what tells that client at run time
 * which operation has which fields.
 */
export function signedCalls({
  endpoint,
  region,
  credentials,
  userAgent,
  maxAttempts,
  ...connection
}: Connection): Call {
  const handler = connection.handler ?? new NodeHttpHandler(TIMEOUTS)
  const signer = new SignatureV4({ credentials, region, service: 'dynamodb', sha256: Sha256 })
  const retried = retries(maxAttempts)
  const authentication = new AwsSdkSigV4Signer()
  /** The SDK's signer keeps in it by how much this clock is wrong, in ms. */
  const config = { signer: async () => signer, systemClockOffset: 0 }
  const { protocol, hostname, port, host, pathname: path } = endpoint
  const place = { method: 'POST', protocol, hostname, path, ...(port === '' ? {} : { port: Number(port) }) }

  async function attempt(headers: Record<string, string>, body: string): Promise<Record<string, unknown>> {
    const properties = { context: {}, config }
    const request = new HttpRequest({ ...place, headers, body })
    const signed = await authentication.sign(request, credentials, properties)
    try {
      const { response } = await handler.handle(new HttpRequest(signed))
      const answer = await readAnswer(response)
      authentication.successHandler(response, properties)
      return answer
    } catch (error) {
      throw error instanceof Error ? authentication.errorHandler(properties)(error) : error
    }
  }

  return (operation, body) => {
    const fixed = {
      host,
      'content-type': 'application/x-amz-json-1.0',
      'content-length': String(Buffer.byteLength(body)),
      'x-amz-target': `${API}.${operation}`,
      'x-amz-user-agent': userAgent,
      'user-agent': userAgent,
      'amz-sdk-invocation-id': randomUUID(),
    }
    return retried((number, most) => attempt({ ...fixed, 'amz-sdk-request': `attempt=${number}; max=${most}` }, body))
  }
}
