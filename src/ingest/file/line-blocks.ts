/** Whole lines in one buffer: each ends with a line feed, the input's last one possibly without. */
export interface LineBlock {
  readonly bytes: Uint8Array
  readonly end: number
}

/** Longer lines are cut off and counted; the daemon takes no larger request either. */
export const LINE_BYTES_MAX = 64 * 1024 * 1024
const LF = 10

/**
 * Regroups chunks so that no line is torn. Memory: one chunk and one line.
 * @param onLongLine called once for each line over LINE_BYTES_MAX; the block holds its first bytes and a line feed
 */
export async function* lineBlocks(
  chunks: AsyncIterable<Uint8Array>,
  onLongLine: () => void = () => {},
): AsyncGenerator<LineBlock> {
  let rest: Uint8Array[] = []
  let restBytes = 0
  let skipping = false
  for await (let chunk of chunks) {
    if (skipping) {
      const at = chunk.indexOf(LF)
      if (at < 0) continue
      chunk = chunk.subarray(at) // the long line ends here, with this line feed
      skipping = false
    }
    const last = chunk.lastIndexOf(LF)
    if (last < 0) {
      rest.push(chunk)
      restBytes += chunk.length
      if (restBytes <= LINE_BYTES_MAX) continue
      onLongLine()
      yield block(rest, restBytes, LINE_BYTES_MAX)
      rest = []
      restBytes = 0
      skipping = true
      continue
    }
    rest.push(chunk.subarray(0, last + 1))
    yield block(rest, restBytes + last + 1)
    rest = last + 1 < chunk.length ? [chunk.subarray(last + 1)] : []
    restBytes = chunk.length - last - 1
  }
  if (restBytes > 0) yield block(rest, restBytes)
}

function block(parts: readonly Uint8Array[], length: number, most = length): LineBlock {
  const bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts, length)
  return { bytes, end: Math.min(length, most) }
}
