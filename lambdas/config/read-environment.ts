import * as z from 'zod/mini'

/**
 * Parses the function's environment, once, when the function starts.
 * @throws Error naming each variable that is missing or wrong.
 */
export function readEnvironment<Schema extends z.ZodMiniType>(schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(process.env)
  if (!parsed.success) throw new Error(`The environment is not complete.\n${z.prettifyError(parsed.error)}`)
  return parsed.data
}
