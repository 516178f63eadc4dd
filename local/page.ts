import { WireError } from './wire-service.ts'

export type Page<Item> = { readonly items: readonly Item[]; readonly nextToken: string | undefined }

/**
 * One page of a list; the token says where the next begins, and is opaque to callers.
 * @param tokenError the exception for a token that is not one of ours.
 */
export function pageOf<Item>(
  all: readonly Item[],
  size: number,
  token: string | undefined,
  tokenError = 'InvalidNextTokenException',
): Page<Item> {
  const start = token === undefined ? 0 : startOf(token)
  if (start === undefined) throw new WireError(tokenError, 'Invalid pagination token.')
  const end = start + size
  return { items: all.slice(start, end), nextToken: end < all.length ? tokenFor(end) : undefined }
}

const tokenFor = (start: number) => Buffer.from(`from:${start}`).toString('base64url')

function startOf(token: string): number | undefined {
  const start = /^from:(\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1]
  return start === undefined ? undefined : Number(start)
}
