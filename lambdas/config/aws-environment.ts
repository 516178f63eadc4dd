import * as z from 'zod/mini'

const Text = z.string().check(z.minLength(1))
/** Empty is as good as not set, as the SDK has it. */
const Url = z.optional(z.union([z.literal(''), z.url({ protocol: /^https?$/ })]))

/**
 * What Lambda tells every function of where it runs, and as whom (AWS Lambda Developer Guide, "Defined runtime environment
 * variables"), and where AWS answers when it is not the region's own endpoint (AWS SDKs and Tools Reference Guide,
 * "Service-specific endpoints").
 */
export const AwsEnvironment = z.object({
  AWS_REGION: Text,
  AWS_ACCESS_KEY_ID: Text,
  AWS_SECRET_ACCESS_KEY: Text,
  AWS_SESSION_TOKEN: z.optional(z.string()),
  AWS_ENDPOINT_URL_DYNAMODB: Url,
  AWS_ENDPOINT_URL: Url,
})
export type AwsEnvironment = z.infer<typeof AwsEnvironment>
