import { createHash } from 'node:crypto'
import * as z from 'zod/mini'
import type { HostPlaces, HostRegister, PlaceLease } from '../../ports/host-places.ts'
import { queryPages } from './query-pages.ts'
import type { Table } from './table.ts'
import { writeIf } from './write-if.ts'

/** The counts of all hosts are one item collection, which a sweep reads in one go. */
const REGISTER = 'HOSTS'
const CountRow = z.object({ sk: z.string(), owners: z.int(), touchedAt: z.number() })

export function dynamoHostRegister({ client, name: TableName }: Table): HostRegister {
  const keyOf = (host: string) => ({ pk: REGISTER, sk: host })
  return {
    claim: (host, most, now) =>
      writeIf(
        client.update({
          TableName,
          Key: keyOf(host),
          UpdateExpression: 'SET touchedAt = :now ADD owners :one',
          ConditionExpression: 'attribute_not_exists(owners) OR owners < :most',
          ExpressionAttributeValues: { ':now': now, ':one': 1, ':most': most },
        }),
      ),

    async *every() {
      const pages = queryPages(client, {
        TableName,
        KeyConditionExpression: 'pk = :register',
        ExpressionAttributeValues: { ':register': REGISTER },
        ConsistentRead: true,
      })
      for await (const page of pages) {
        for (const item of page.Items ?? []) {
          const { sk: host, owners, touchedAt } = CountRow.parse(item)
          yield { host, owners, touchedAt }
        }
      }
    },

    correct(host, known, owners) {
      const unchanged = known
        ? {
            ConditionExpression: 'owners = :owners AND touchedAt = :touchedAt',
            ExpressionAttributeValues: { ':owners': known.owners, ':touchedAt': known.touchedAt },
          }
        : { ConditionExpression: 'attribute_not_exists(pk)' }
      if (owners === 0) return writeIf(client.delete({ TableName, Key: keyOf(host), ...unchanged }))
      const Item = { ...keyOf(host), owners, touchedAt: known?.touchedAt ?? 0 }
      return writeIf(client.put({ TableName, Item, ...unchanged }))
    },
  }
}

/** Until when, in epoch seconds, by holder: the shorter, the more of them fit into one write unit. */
const PlacesRow = z.object({ taken: z.record(z.string(), z.int()) })
const DAY_SECONDS = 86_400

/**
 * One row for each host that is called a lot: who holds a place, and until when. Taking a place is one write, and a read
 * when all are taken; giving it back is one write.
 */
export function dynamoHostPlaces(table: Table): HostPlaces {
  const { client, name: TableName } = table
  return {
    async take(host, holder, lease) {
      if (await take(table, host, holder, lease)) return true
      const taken = await readTaken(table, host)
      if (!taken) return begin(table, host, holder, lease)
      const gone = Object.entries(taken).filter(([, until]) => until * 1000 <= lease.now)
      return gone.length > 0 && take(table, host, holder, lease, gone)
    },

    async giveBack(host, holder) {
      await writeIf(
        client.update({
          TableName,
          Key: placesKey(host),
          UpdateExpression: 'REMOVE taken.#holder',
          ConditionExpression: 'attribute_exists(taken.#holder)',
          ExpressionAttributeNames: { '#holder': shortened(holder) },
        }),
      )
    },
  }
}

const placesKey = (host: string) => ({ pk: `HOST#${host}`, sk: 'PLACES' })
const shortened = (holder: string) => createHash('sha256').update(holder).digest('base64url').slice(0, 8)
const secondsOf = (instant: number) => Math.ceil(instant / 1000)

/** @param gone holders whose time is over, as they were read; their places are taken away. */
function take(
  { client, name: TableName }: Table,
  host: string,
  holder: string,
  { until, most }: PlaceLease,
  gone: readonly (readonly [holder: string, until: number])[] = [],
): Promise<boolean> {
  const own = shortened(holder)
  const others = gone.filter(([id]) => id !== own)
  const remove = others.length === 0 ? '' : ` REMOVE ${others.map((_, index) => `taken.#gone${index}`).join(', ')}`
  const stillGone = others.map((_, index) => ` AND taken.#gone${index} = :gone${index}`).join('')
  return writeIf(
    client.update({
      TableName,
      Key: placesKey(host),
      UpdateExpression: `SET taken.#own = :until, expiresAt = :expiresAt${remove}`,
      ConditionExpression: `(size(taken) < :most OR attribute_exists(taken.#own))${stillGone}`,
      ExpressionAttributeNames: {
        '#own': own,
        ...Object.fromEntries(others.map(([id], index) => [`#gone${index}`, id])),
      },
      ExpressionAttributeValues: {
        ':until': secondsOf(until),
        ':expiresAt': secondsOf(until) + DAY_SECONDS,
        ':most': most + others.length,
        ...Object.fromEntries(others.map(([, ended], index) => [`:gone${index}`, ended])),
      },
    }),
  )
}

async function readTaken({ client, name: TableName }: Table, host: string) {
  const { Item } = await client.get({ TableName, Key: placesKey(host), ConsistentRead: true })
  return Item && PlacesRow.parse(Item).taken
}

/** The first that calls a host makes its row. */
function begin({ client, name: TableName }: Table, host: string, holder: string, lease: PlaceLease): Promise<boolean> {
  const until = secondsOf(lease.until)
  const Item = { ...placesKey(host), taken: { [shortened(holder)]: until }, expiresAt: until + DAY_SECONDS }
  return writeIf(client.put({ TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' }))
}
