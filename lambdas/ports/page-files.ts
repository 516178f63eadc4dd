/** A file of a page for people. */
export type PageFile = {
  /** Media type, with the character set. */
  readonly type: string
  /** Changes when the content does, whatever the encoding. */
  readonly etag: string
  /** The content as Brotli has compressed it (RFC 7932). */
  readonly brotli: Uint8Array
  /** The content itself, for who does not take Brotli. */
  plain(): Promise<Uint8Array>
}

/** The files of the reference page. */
export interface PageFiles {
  /** @returns undefined when there is no such file. */
  read(name: string): Promise<PageFile | undefined>
}
