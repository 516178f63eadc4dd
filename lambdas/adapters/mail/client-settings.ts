/**
 * How clients of the SDK send messages. One that repeats a request whose answer was lost would tell twice: tries are ours
 * to count. And no unanswered request may keep a function waiting for long (ms).
 */
export const CLIENT_SETTINGS = {
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
} as const
