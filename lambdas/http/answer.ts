/** What a handler answers; the composition turns it into the HTTP response. */
export type Answer = {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** Serialized as JSON; absent for an answer without a body. */
  readonly body?: unknown
  /** Sent as it is, in place of `body`; its type and encoding are in the headers. */
  readonly file?: Uint8Array
}

export const ok = (body: unknown, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status: 200,
  body,
  headers,
})

export const noContent: Answer = { status: 204 }
