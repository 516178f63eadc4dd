/** Where an access token comes from. */
export type SessionOrigin = {
  /** The same for every token of one log-in (Cognito's `origin_jti`). */
  readonly id: string | undefined
  /** Epoch ms, to the second. */
  readonly startedAt: number
}

/** All sessions of a user were ended at once. */
export type SessionEnd = {
  /** Epoch ms. */
  readonly endedAt: number
  /** The session that ended them, if one did: it may have begun in the same second. */
  readonly by: string | undefined
}

const SECOND_MS = 1000

/**
 * Whether a session is one of those that were ended. Tokens tell seconds only: another session that began in the second of the
 * end is taken for one that began after it.
 */
export const isEnded = (session: SessionOrigin, end: SessionEnd): boolean =>
  session.startedAt < end.endedAt - (end.endedAt % SECOND_MS) || (end.by !== undefined && session.id === end.by)
