/** Who makes a request, as proven by the verified credential and by nothing else. */
export type Caller = {
  /** The owner of everything this caller may see: the Cognito `sub`. */
  readonly tenant: string
  readonly username: string
  readonly role: 'USER' | 'ADMIN'
  /** The verified token itself, for calls that Cognito authorizes by it. */
  readonly accessToken: string
}
