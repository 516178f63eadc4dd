/** The key that signs cursors: 32 secret bytes, the same in every function and after every restart. */
export interface SigningKey {
  read(): Promise<Uint8Array>
}
