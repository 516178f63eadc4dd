import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { DynamoDbClient } from '../../../local/dynamodb/dynamodb-client.ts'
import { DynamoDbEngine } from '../../../local/dynamodb/engine.ts'
import type { IndexDefinition, TableDefinition } from '../../../local/template/tables.ts'
import { temporaryFolder } from '../template/cloud-assembly-fixture.ts'

export const index = (name: string, attribute: string): IndexDefinition => ({
  IndexName: name,
  KeySchema: [{ AttributeName: attribute, KeyType: 'HASH' }],
  Projection: { ProjectionType: 'KEYS_ONLY' },
})

export const tableDefinition = (changes: Partial<TableDefinition> = {}): TableDefinition => ({
  name: 'things',
  keySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  attributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  globalIndexes: [],
  localIndexes: [],
  stream: undefined,
  timeToLiveAttribute: undefined,
  ...changes,
})

/** An engine of the test's own. */
export async function startEngine(): Promise<DynamoDbClient> {
  const engine = await DynamoDbEngine.start({ file: join(temporaryFolder(), 'dynamodb.sqlite'), log: () => {} })
  onTestFinished(() => engine.stop())
  return new DynamoDbClient(engine.endpoint, 'us-east-1')
}
