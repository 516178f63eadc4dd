import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { WireError, type WireRequest, type WireResponse, type WireService } from '../wire-service.ts'
import type { Mailbox } from './mailbox.ts'

const Part = z.object({ Data: z.string() })
const Addresses = z.array(z.string().min(1)).default([])

const SendEmailInput = z.object({
  FromEmailAddress: z.string().min(1),
  Destination: z.object({ ToAddresses: Addresses, CcAddresses: Addresses, BccAddresses: Addresses }),
  Content: z.object({
    Simple: z.object({ Subject: Part, Body: z.object({ Text: Part.exactOptional(), Html: Part.exactOptional() }) }),
  }),
})

/** Recipients of one message (SES quotas). */
const MOST_RECIPIENTS = 50

/** Amazon SES v2, the operation SendEmail with simple content: messages go to the mailbox instead of out. */
export class LocalEmailService implements WireService {
  readonly name = 'SESV2'
  readonly #mailbox: Mailbox

  constructor({ mailbox }: { readonly mailbox: Mailbox }) {
    this.#mailbox = mailbox
  }

  async handle(request: WireRequest): Promise<WireResponse> {
    try {
      if (request.method !== 'POST' || request.path.replace(/\/$/, '') !== '/v2/email/outbound-emails')
        throw new WireError('NotFoundException', `There is no operation at ${request.method} ${request.path} here`, 404)
      return answer(200, { MessageId: this.#send(request.body) })
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      return answer(error.status, { message: error.message }, { 'x-amzn-errortype': error.type })
    }
  }

  async close(): Promise<void> {}

  #send(body: Uint8Array): string {
    const { Destination, Content } = readInput(body)
    const recipients = [...Destination.ToAddresses, ...Destination.CcAddresses, ...Destination.BccAddresses]
    if (recipients.length === 0) throw badRequest('The message has no recipient')
    if (recipients.length > MOST_RECIPIENTS)
      throw badRequest(`Recipient count exceeds ${MOST_RECIPIENTS}: the message has ${recipients.length}`)
    const { Subject, Body } = Content.Simple
    for (const recipient of recipients)
      this.#mailbox.deliver({
        to: addressIn(recipient),
        subject: Subject.Data,
        text: Body.Text?.Data ?? '',
        ...(Body.Html ? { html: Body.Html.Data } : {}),
      })
    return randomUUID()
  }
}

function readInput(body: Uint8Array): z.infer<typeof SendEmailInput> {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder().decode(body))
  } catch {
    throw badRequest('The body is not JSON')
  }
  const parsed = SendEmailInput.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw badRequest(`${issue?.path.join('.') ?? 'The request'}: ${issue?.message ?? 'invalid'}`)
}

/** `Ada <ada@example.com>` → `ada@example.com` */
function addressIn(recipient: string): string {
  const address = (/<([^<>]+)>\s*$/.exec(recipient)?.[1] ?? recipient).trim()
  if (!/^[^\s@]+@[^\s@]+$/.test(address)) throw badRequest(`"${recipient}" is no e-mail address`)
  return address
}

const badRequest = (message: string) => new WireError('BadRequestException', message)

const answer = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): WireResponse => ({
  status,
  headers: { 'content-type': 'application/json', 'x-amzn-requestid': randomUUID(), ...headers },
  body: JSON.stringify(body),
})
