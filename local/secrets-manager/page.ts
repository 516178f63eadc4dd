import { WireError } from '../wire-service.ts'

export type Page<Item> = { readonly items: readonly Item[]; readonly nextToken: string | undefined }

/** One page of a list; the token says where the next begins, and is opaque to callers. */
export function pageOf<Item>(all: readonly Item[], size: number, token: string | undefined): Page<Item> {
  const start = token === undefined ? 0 : readToken(token)
  const end = start + size
  return { items: all.slice(start, end), nextToken: end < all.length ? makeToken(end) : undefined }
}

const makeToken = (start: number) => Buffer.from(`from:${start}`).toString('base64url')

function readToken(token: string): number {
  const start = /^from:(\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1]
  if (start === undefined) throw new WireError('InvalidNextTokenException', 'Invalid NextToken')
  return Number(start)
}
