import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import { Agent, request } from 'node:https'

export type Mail = {
  readonly from: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly sentAt: string
}

/** As `/_ministack/ses/messages` has it. */
type SentMessage = {
  readonly Source: string
  readonly To: readonly string[]
  readonly Subject: string
  readonly BodyText: string
  readonly BodyHtml: string | null
  readonly Timestamp: number
}

/** Calls what MiniStack offers beside AWS's own APIs. */
export class MiniStackClient {
  readonly agent: Agent
  readonly #endpoint: string

  constructor(endpoint: string, certificate: string) {
    this.#endpoint = endpoint
    this.agent = new Agent({ ca: certificate, keepAlive: true })
  }

  async isReady(): Promise<boolean> {
    const answer = await this.#get('/_ministack/health').catch(() => undefined)
    return answer !== undefined
  }

  /** What Cognito and SES would have mailed to an address, newest first. */
  async mailTo(address: string): Promise<readonly Mail[]> {
    const { messages } = JSON.parse(await this.#get('/_ministack/ses/messages')) as {
      messages: Record<string, SentMessage[]>
    }
    return Object.values(messages)
      .flat()
      .filter(({ To }) => To.includes(address))
      .map(({ Source, Subject, BodyText, BodyHtml, Timestamp }) => ({
        from: Source,
        to: address,
        subject: Subject,
        text: BodyText,
        html: BodyHtml ?? '',
        sentAt: new Date(Timestamp * 1000).toISOString(),
      }))
      .toReversed()
  }

  /** Sends a request to an HTTP API, as if to its `execute-api` address. */
  callApi(
    apiId: string,
    { method = '', url = '', headers }: IncomingMessage,
    answered: (answer: IncomingMessage) => void,
  ) {
    return this.#request(method, `/_aws/execute-api/${apiId}/$default${url}`, headers, answered)
  }

  #request(method: string, path: string, headers: OutgoingHttpHeaders, answered: (answer: IncomingMessage) => void) {
    return request(`${this.#endpoint}${path}`, { method, headers, agent: this.agent }, answered)
  }

  #get(path: string): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#request('GET', path, {}, (answer) => {
        let text = ''
        answer.on('data', (chunk) => (text += String(chunk)))
        answer.on('end', () =>
          answer.statusCode === 200
            ? resolve(text)
            : reject(new Error(`${path} answered ${answer.statusCode}: ${text}`)),
        )
        answer.on('error', reject)
      })
        .on('error', reject)
        .end()
    })
  }
}
