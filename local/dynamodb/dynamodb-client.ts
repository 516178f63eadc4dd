import { z } from 'zod'

/** A refused call; `type` is the exception's name without its namespace. */
export class DynamoDbError extends Error {
  readonly type: string

  constructor(type: string, message: string) {
    super(`${type}: ${message}`)
    this.name = 'DynamoDbError'
    this.type = type
  }
}

const ErrorBody = z.object({ __type: z.string(), message: z.string().optional(), Message: z.string().optional() })

/** Calls an engine that takes any signature, as all local ones do. */
export class DynamoDbClient {
  readonly #endpoint: string
  readonly #region: string

  constructor(endpoint: string, region: string) {
    this.#endpoint = endpoint
    this.#region = region
  }

  /** @throws DynamoDbError when the engine refuses */
  async call<T>(operation: string, input: Readonly<Record<string, unknown>>, output: z.ZodType<T>): Promise<T> {
    const now = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
    const scope = `local/${now.slice(0, 8)}/${this.#region}/dynamodb/aws4_request`
    const response = await fetch(this.#endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        'x-amz-date': now,
        authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=${'0'.repeat(64)}`,
      },
      body: JSON.stringify(input),
    })
    const body: unknown = await response.json()
    if (response.ok) return output.parse(body)
    const error = ErrorBody.parse(body)
    throw new DynamoDbError(error.__type.replace(/^.*#/, ''), error.message ?? error.Message ?? '')
  }
}
