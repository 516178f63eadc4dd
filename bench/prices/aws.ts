/**
 * List prices of us-east-1 in dollars, free tiers not taken off, as collected in November 2026 from the pages named. This
 * is the one place where prices are: check them again before you quote anything that is computed from them.
 */
export const awsPrices = {
  collected: '2026-11',
  /** "Amazon EventBridge pricing", EventBridge Scheduler. */
  schedulerInvocation: 1.0 / 1e6,
  /** "AWS Lambda pricing", requests. */
  lambdaRequest: 0.2 / 1e6,
  /** "AWS Lambda pricing", duration on arm64, first tier. */
  lambdaGbSecond: 0.0000133334,
  /** "Amazon DynamoDB pricing for on-demand capacity": a unit is 1 KiB written, 4 KiB read consistently. */
  writeUnit: 0.625 / 1e6,
  readUnit: 0.125 / 1e6,
  /** "Amazon DynamoDB pricing for on-demand capacity", Standard table class, a month. */
  storedGb: 0.25,
  /** "AWS Secrets Manager pricing", and for a secret a month. */
  secretsManagerCall: 5.0 / 1e6,
  secret: 0.4,
  /** "Amazon CloudWatch pricing", logs collected, Standard class. */
  logGb: 0.5,
  /** "Amazon API Gateway pricing", HTTP APIs, first tier. */
  httpApiCall: 1.0 / 1e6,
} as const
