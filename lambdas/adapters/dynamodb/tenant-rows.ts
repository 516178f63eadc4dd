import { queryPages } from './query-pages.ts'
import type { Table } from './table.ts'

/** Which of a tenant's rows of one kind to give: those behind the name `after`, at most `limit` of them. */
export type TenantPage = { readonly after?: string | undefined; readonly limit: number }

/** Rows of one kind in their tenant's partition, each under its name behind the kind's prefix, and listed by it. */
export class TenantRows {
  readonly #prefix: string

  /** `prefix` ends in `#`, and no other kind's prefix begins with it. */
  constructor(prefix: string) {
    this.#prefix = prefix
  }

  keyOf(tenant: string, name: string): { readonly pk: string; readonly sk: string } {
    return { pk: `T#${tenant}`, sk: `${this.#prefix}${name}` }
  }

  /** The row as it is stored, read consistently; undefined where there is none. */
  async read({ client, name: TableName }: Table, tenant: string, name: string): Promise<unknown> {
    const { Item } = await client.get({ TableName, Key: this.keyOf(tenant, name), ConsistentRead: true })
    return Item
  }

  async count(table: Table, tenant: string): Promise<number> {
    let total = 0
    const pages = queryPages(table.client, { ...this.#all(table, tenant), Select: 'COUNT' })
    for await (const { Count = 0 } of pages) total += Count
    return total
  }

  /** `more` tells whether there is another page, so that none comes out empty. */
  async page(table: Table, tenant: string, { after, limit }: TenantPage): Promise<{ rows: unknown[]; more: boolean }> {
    const rows: unknown[] = []
    // A page of DynamoDB ends at 1 MB, which may be sooner than at the limit.
    const pages = queryPages(table.client, {
      ...this.#all(table, tenant),
      ExclusiveStartKey: after === undefined ? undefined : this.keyOf(tenant, after),
      Limit: limit + 1,
    })
    for await (const { Items = [] } of pages) {
      rows.push(...Items)
      if (rows.length > limit) break
    }
    return { rows: rows.slice(0, limit), more: rows.length > limit }
  }

  #all({ name: TableName }: Table, tenant: string) {
    return {
      TableName,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': `T#${tenant}`, ':prefix': this.#prefix },
      ConsistentRead: true,
    }
  }
}
