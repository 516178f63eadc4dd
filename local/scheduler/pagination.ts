import { z } from 'zod'
import { WireError } from '../wire-service.ts'

const LARGEST_PAGE = 100

/** Where a page ended: the sort key of its last item. */
const Position = z.array(z.string()).readonly()
type Position = z.infer<typeof Position>

export type PageRequest = { readonly maxResults: number | undefined; readonly nextToken: string | undefined }
export type Page<Item> = { readonly items: readonly Item[]; readonly nextToken: string | undefined }

/**
 * One page of items that come in order of `keyOf`. The token holds the last key, so that a listing goes on rightly
 * while items come and go.
 * @throws WireError ValidationException for a token that no page gave out.
 */
export function pageOf<Item>(items: Iterable<Item>, keyOf: (item: Item) => Position, request: PageRequest): Page<Item> {
  const limit = request.maxResults ?? LARGEST_PAGE
  const after = request.nextToken === undefined ? undefined : positionOf(request.nextToken)
  const page: Item[] = []
  for (const item of items) {
    if (after && !isAfter(keyOf(item), after)) continue
    const last = page.at(-1)
    if (page.length === limit && last !== undefined) return { items: page, nextToken: tokenOf(keyOf(last)) }
    page.push(item)
  }
  return { items: page, nextToken: undefined }
}

function isAfter(key: Position, position: Position): boolean {
  for (const [index, part] of key.entries()) {
    const other = position[index] ?? ''
    if (part !== other) return part > other
  }
  return false
}

function tokenOf(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url')
}

function positionOf(token: string): Position {
  try {
    return Position.parse(JSON.parse(Buffer.from(token, 'base64url').toString()))
  } catch {
    throw new WireError('ValidationException', 'Invalid NextToken.')
  }
}
