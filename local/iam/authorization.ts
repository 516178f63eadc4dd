/**
 * The condition keys of a request with their values; names are in lower case because they are not case-sensitive (IAM User
 * Guide, "IAM JSON policy elements: Condition"). A key that the request does not have is not there.
 */
export type RequestContext = Readonly<Record<string, readonly string[]>>

/** One question to IAM: may this be done to that? A call may ask several; all must be answered with yes. */
export type Authorization = {
  /** `dynamodb:PutItem` */
  readonly action: string
  /** An ARN, or `*` where the action has no resource. */
  readonly resource: string
  readonly context: RequestContext
}

/** Where calls are made, as it stands in ARNs. */
export type Home = { readonly accountId: string; readonly region: string }
