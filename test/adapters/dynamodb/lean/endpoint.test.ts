import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { expect, it } from 'vitest'
import { regionalEndpoint } from '../../../../lambdas/adapters/dynamodb/lean/endpoint.ts'

/** Regions of every partition, as the SDK lists them. */
const regions = [
  ...['us-east-1', 'us-west-2', 'eu-west-1', 'eu-central-2', 'ap-southeast-5', 'sa-east-1', 'ca-west-1', 'me-south-1'],
  ...['af-south-1', 'il-central-1', 'mx-central-1', 'us-gov-west-1', 'us-gov-east-1', 'cn-north-1', 'cn-northwest-1'],
  ...['eusc-de-east-1', 'us-iso-east-1', 'us-isob-east-1', 'eu-isoe-west-1', 'us-isof-south-1'],
]

it.each(regions)('is where the SDK would look for DynamoDB in %s', (Region) => {
  const { endpointProvider } = new DynamoDBClient({ region: Region }).config
  const { url } = endpointProvider({ Region, UseDualStack: false, UseFIPS: false })
  expect(regionalEndpoint(Region).href).toBe(url.href)
})
