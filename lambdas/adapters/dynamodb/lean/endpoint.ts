/** The partitions whose names of hosts do not end as those of `aws` and `aws-us-gov` do, by their regions. */
const SUFFIXES = [
  [/^cn-/, 'amazonaws.com.cn'],
  [/^eusc-/, 'amazonaws.eu'],
  [/^us-iso-/, 'c2s.ic.gov'],
  [/^us-isob-/, 'sc2s.sgov.gov'],
  [/^eu-isoe-/, 'cloud.adc-e.uk'],
  [/^us-isof-/, 'csp.hci.ic.gov'],
] as const

/** Where DynamoDB answers in a region: what the SDK makes of the region alone (its partitions and endpoint rules). */
export function regionalEndpoint(region: string): URL {
  const suffix = SUFFIXES.find(([regions]) => regions.test(region))?.[1] ?? 'amazonaws.com'
  return new URL(`https://dynamodb.${region}.${suffix}`)
}
