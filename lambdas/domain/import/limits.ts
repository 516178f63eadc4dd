/** How much one document may have, so that it is planned and applied within one request. */
export const importLimits = {
  /** Bytes of the request, and of one page of an export: it can be imported as it is. */
  bytes: 2 * 1024 * 1024,
  jobs: 1000,
  secrets: 1000,
  crontabCharacters: 256 * 1024,
  crontabLines: 2000,
} as const
