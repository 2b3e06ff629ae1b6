/** A value that is written while it is read, so that nobody has to hold a large one in one buffer. */
export interface BlobValue {
  readonly bytes: number
  /** In order, empty ones left out. A piece stays as it is until the next is asked for. */
  readonly pieces: AsyncIterable<Uint8Array>
  /** Nobody may find the value before this; where it rejects, never. */
  readonly sealed: Promise<void>
}

/** Keeps the newest few values of a key: files on disk, or a compacted Kafka topic. */
export interface BlobStore {
  /** Durable when it resolves. At least the value before stays readable until then. */
  put(key: string, value: BlobValue): Promise<void>
  /** What is kept of a key, newest first, read one by one; a value may be damaged, the reader checks. */
  get(key: string): AsyncIterable<Uint8Array>
}

/** A value that is there as a whole. */
export function wholeValue(bytes: Uint8Array): BlobValue {
  const pieces = async function* () {
    if (bytes.length > 0) yield bytes
  }
  return { bytes: bytes.length, pieces: pieces(), sealed: Promise.resolve() }
}
