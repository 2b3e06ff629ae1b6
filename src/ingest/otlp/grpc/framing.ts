/**
 * The length-prefixed message of a unary gRPC request, across DATA frames cut anywhere.
 *
 *   | flag: 1 byte, 1 = compressed | length: 4 bytes, big endian | message ... |
 *
 * Source: gRPC over HTTP/2, «Requests: Length-Prefixed-Message».
 */

export const FRAME_PREFIX_BYTES = 5

export class MessageFrame {
  /** Bytes of the message, -1 until the prefix is complete. */
  length = -1
  compressed = false
  /** Bytes of the message seen so far. */
  received = 0
  #prefixBytes = 0
  #word = 0

  /**
   * Reads what `chunk` holds of the prefix.
   * @returns index in `chunk` where the message goes on; `length` tells whether the prefix is complete; -1 when the
   *   flag is neither 0 nor 1
   */
  prefix(chunk: Uint8Array): number {
    let at = 0
    while (this.length < 0 && at < chunk.length) {
      const byte = chunk[at++]!
      if (this.#prefixBytes === 0) {
        if (byte > 1) return -1
        this.compressed = byte === 1
      } else {
        this.#word = ((this.#word << 8) | byte) >>> 0
      }
      if (++this.#prefixBytes === FRAME_PREFIX_BYTES) this.length = this.#word
    }
    return at
  }

  /** Counts bytes of the message. @returns false when they run past it: a unary call has one message */
  take(bytes: number): boolean {
    this.received += bytes
    return this.received <= this.length
  }

  get complete(): boolean {
    return this.received === this.length
  }
}

/** The prefix and an uncompressed message. */
export function frameMessage(message: Uint8Array): Buffer {
  const framed = Buffer.alloc(FRAME_PREFIX_BYTES + message.length)
  framed.writeUInt32BE(message.length, 1)
  framed.set(message, FRAME_PREFIX_BYTES)
  return framed
}
