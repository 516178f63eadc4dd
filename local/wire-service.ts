/** One request to an AWS service as it arrives over HTTP, already read to its end. */
export type WireRequest = {
  readonly method: string
  /** Path without the query, still percent-encoded. */
  readonly path: string
  readonly query: URLSearchParams
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

export type WireResponse = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/**
 * An AWS service that speaks its real wire protocol on a loopback port of its own.
 * `name` is the suffix of the SDK's endpoint variable: `AWS_ENDPOINT_URL_<name>`.
 */
export interface WireService {
  readonly name: string
  handle(request: WireRequest): Promise<WireResponse>
  close(): Promise<void>
}

/** An error answer of an AWS service: the SDK turns `type` into the exception's class. */
export class WireError extends Error {
  readonly type: string
  readonly status: number
  readonly fields: Readonly<Record<string, unknown>>

  constructor(type: string, message: string, status = 400, fields: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.name = type
    this.type = type
    this.status = status
    this.fields = fields
  }
}
