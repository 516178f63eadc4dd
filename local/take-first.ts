/**
 * Takes the first item that matches out of a list. For the few things that come and go with every request a list is better
 * than a Map or a Set: those leave a trail of tables as they shrink and grow, each of which holds the next, so that with one
 * of them in V8's old generation all that they ever held survives until that is looked through. The pauses for it were ten
 * times as long.
 */
export function takeFirst<Item>(list: Item[], matches: (item: Item) => boolean): Item | undefined {
  const index = list.findIndex(matches)
  return index < 0 ? undefined : list.splice(index, 1)[0]
}
