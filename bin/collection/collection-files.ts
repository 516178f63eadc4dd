import { readDocumentedCalls } from './documented-calls.ts'
import { httpFile } from './http-file.ts'
import { postmanCollection } from './postman-collection.ts'

/** The files that are made of the OpenAPI document, by their path in the project. */
export function collectionFiles(document: unknown): Readonly<Record<string, string>> {
  const api = readDocumentedCalls(document)
  return {
    'docs/api/punctual.postman_collection.json': `${JSON.stringify(postmanCollection(api), undefined, 2)}\n`,
    'docs/api/punctual.http': httpFile(api),
  }
}
