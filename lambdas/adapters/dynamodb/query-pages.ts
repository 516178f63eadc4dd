import type { QueryCommandInput, QueryCommandOutput } from '@aws-sdk/lib-dynamodb'
import type { TableClient } from './table-client.ts'

/** Asks a query again until all of its pages were given, or nobody wants another; `Limit` is that of a page. */
export async function* queryPages(client: TableClient, query: QueryCommandInput): AsyncGenerator<QueryCommandOutput> {
  let page: QueryCommandOutput | undefined
  do {
    page = await client.query(page ? { ...query, ExclusiveStartKey: page.LastEvaluatedKey } : query)
    yield page
  } while (page.LastEvaluatedKey)
}
