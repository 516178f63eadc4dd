import { z } from 'zod'
import { booleanProperty, objectProperty } from './properties.ts'
import type { ResolvedTemplate } from './resolved-template.ts'

export type IndexDefinition = z.infer<typeof Index>

/** A table in the words of DynamoDB's own CreateTable. */
export type TableDefinition = {
  readonly name: string
  readonly keySchema: readonly Readonly<Record<string, unknown>>[]
  readonly attributeDefinitions: readonly Readonly<Record<string, unknown>>[]
  readonly globalIndexes: readonly IndexDefinition[]
  readonly localIndexes: readonly IndexDefinition[]
  readonly stream: Readonly<Record<string, unknown>> | undefined
  /** Attribute with the epoch second after which an item goes away. */
  readonly timeToLiveAttribute: string | undefined
}

const Index = z.object({ IndexName: z.string(), KeySchema: z.array(objectProperty), Projection: objectProperty })

const TableProperties = z.object({
  KeySchema: z.array(objectProperty),
  AttributeDefinitions: z.array(objectProperty),
  GlobalSecondaryIndexes: z.array(Index).default([]),
  LocalSecondaryIndexes: z.array(Index).default([]),
  StreamSpecification: z.object({ StreamViewType: z.string() }).optional(),
  TimeToLiveSpecification: z.object({ AttributeName: z.string().optional(), Enabled: booleanProperty }).optional(),
})

export function readTables(template: ResolvedTemplate): readonly TableDefinition[] {
  return template
    .read(['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'], TableProperties)
    .map(({ name, properties }) => ({
      name,
      keySchema: properties.KeySchema,
      attributeDefinitions: properties.AttributeDefinitions,
      globalIndexes: properties.GlobalSecondaryIndexes,
      localIndexes: properties.LocalSecondaryIndexes,
      stream: properties.StreamSpecification && { StreamEnabled: true, ...properties.StreamSpecification },
      timeToLiveAttribute: properties.TimeToLiveSpecification?.Enabled
        ? properties.TimeToLiveSpecification.AttributeName
        : undefined,
    }))
}
