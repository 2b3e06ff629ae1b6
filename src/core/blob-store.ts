/** Keeps the newest few values of a key: files on disk, or a compacted Kafka topic. */
export interface BlobStore {
  /**
   * Durable when it resolves. At least the value before stays readable until then.
   * @param parts the value in pieces, so that nobody has to copy a large one into one buffer
   */
  put(key: string, parts: readonly Uint8Array[]): Promise<void>
  /** What is kept of a key, newest first, read one by one; a value may be damaged, the reader checks. */
  get(key: string): AsyncIterable<Uint8Array>
}
