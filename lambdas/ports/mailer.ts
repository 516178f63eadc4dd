import type { Sending } from '../domain/notification/delivery.ts'
import type { Mail } from '../domain/notification/mail.ts'

/** Sends mail. Every outcome is a value. */
export interface Mailer {
  /** EMAIL goes to the address; TOPIC to whoever listens to the topic of this deployment, whatever the address. */
  readonly channel: 'EMAIL' | 'TOPIC'
  send(mail: Mail, to: string): Promise<Sending>
}
