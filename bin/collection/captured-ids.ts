/** Variables of a collection that a call fills in for those behind it, and the fields of its answer that they are. */
export const capturedIds: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  logIn: { token: 'accessToken' },
  createKey: { keyId: 'id' },
  createJob: { jobId: 'id' },
  runJob: { runId: 'runId' },
}
