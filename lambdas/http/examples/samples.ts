/** What stands in the examples for what a service makes up. A test puts what it got from a service in their place. */
export const samples = {
  email: 'ada@example.com',
  userId: '7d2c5a0e-9f0b-4b3e-9c53-0d5f5a1c9e11',
  code: '493021',
  refreshToken: 'eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIn0.sample',
  accessToken: 'eyJraWQiOiJzYW1wbGUiLCJhbGciOiJSUzI1NiJ9.sample',
  jobId: '01KMD4Q0S3ZB8V6N2T7X5W9RCE',
  runId: '01KMD4T8X0MQ7R3WA01KMD4Q0S3ZB8V6N2T7X5W9RCE',
  runningRunId: '01KMD4V2B4M5N8P2C01KMD4Q0S3ZB8V6N2T7X5W9RCE',
  bulkId: '01KMD4W6C9E2G4J7MAPRTVXZ13',
  otherUserId: '2f1b7c64-3d9e-4a58-8b07-6c1e9d2f4a35',
  apiKey: 'pk_sampleOfAKeyThatNobodyHas0123456789abcdefgh',
  keyId: '01KMD5A7H2J4K6M8P0Q2S4T6V8',
  cursor: 'AXNhbXBsZS1vZi1hLWN1cnNvcg',
  generated: 'whsec_c2FtcGxlLW9mLWEtcmFuZG9tLXNpZ25pbmcta2V5ISE=',
  targetUrl: 'https://api.example.com/sync',
} as const
