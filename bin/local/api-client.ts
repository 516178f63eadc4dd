/** An answer of Punctual's own API. */
export type ApiAnswer = { readonly status: number; readonly body: unknown }

/** Calls Punctual's API as any client would. */
export class ApiClient {
  readonly #url: string
  #accessToken: string | undefined

  constructor(url: string) {
    this.#url = url
  }

  /** Sends the token with every later call. */
  authorize(accessToken: string): void {
    this.#accessToken = accessToken
  }

  async call(method: string, path: string, body?: unknown): Promise<ApiAnswer> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(this.#accessToken !== undefined && { authorization: `Bearer ${this.#accessToken}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
  }

  /** @throws when the answer is no success */
  async mustCall(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await this.call(method, path, body)
    if (answer.status < 300) return answer.body
    throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`)
  }
}
