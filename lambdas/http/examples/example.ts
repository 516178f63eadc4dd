import type { Json } from '../json-schemas.ts'

/** One request of an operation, as a reader would send it. */
export type ExampleRequest = {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly body?: Json
}
