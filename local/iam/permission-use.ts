import { appendFileSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Authorization } from './authorization.ts'

/** Something that a role was used for. */
export const PermissionUse = z.object({
  /** Logical id of the role. */
  role: z.string(),
  action: z.string(),
  resource: z.string(),
  context: z.record(z.string(), z.array(z.string())),
  /** Whether the role's policies allowed it. */
  allowed: z.boolean(),
})
export type PermissionUse = { readonly role: string; readonly allowed: boolean } & Authorization

const IDS = [
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi,
  // ULIDs: 26 digits of Crockford's base 32.
  /\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b/g,
]

/** The same with `*` in place of random ids, so that a record does not grow with the number of calls. */
const generalized = (text: string) => IDS.reduce((shorter, id) => shorter.replaceAll(id, '*'), text)

/**
 * Writes what roles are used for to a file, each use once, as lines of JSON. A line is written before the call is made, so
 * that a crash loses none; several processes may share the file.
 */
export function recordUses(file: string): (use: PermissionUse) => void {
  const written = new Set<string>()
  return ({ role, action, resource, context, allowed }) => {
    const keys = Object.entries(context).map(([key, values]) => [key, [...new Set(values.map(generalized))]])
    const use = { role, action, resource: generalized(resource), context: Object.fromEntries(keys), allowed }
    const line = JSON.stringify(use)
    if (written.has(line)) return
    written.add(line)
    appendFileSync(file, `${line}\n`)
  }
}

/** @throws Error for a line that is none of {@link recordUses} */
export function readUses(file: string): readonly PermissionUse[] {
  const lines = new Set(readFileSync(file, 'utf8').split('\n').filter(Boolean))
  return [...lines].map((line) => PermissionUse.parse(JSON.parse(line)))
}
