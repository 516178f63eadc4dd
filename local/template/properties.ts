import { z } from 'zod'

/** Templates may write numbers and booleans as strings. */
export const numberProperty = z.coerce.number()
export const booleanProperty = z.union([z.boolean(), z.stringbool()])

/** A JSON object that is handed on as it is. */
export const objectProperty = z.record(z.string(), z.unknown())
