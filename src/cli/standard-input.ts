import { read } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { TelltaleError } from '../core/errors.ts'

const readFd = promisify(read)
const INPUT_BYTES = 256 * 1024
/** A pipe that somebody made non-blocking says so instead of waiting. */
const RETRY_MS = 20

/**
 * Reads standard input to its end into one buffer: a stream would allocate one for every chunk.
 * @param onChunk awaited before more is read; the chunk is overwritten afterwards
 * @throws TelltaleError INPUT_UNREADABLE
 */
export async function readInput(
  onChunk: (chunk: Uint8Array) => Promise<void> | void,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  const chunk = new Uint8Array(INPUT_BYTES)
  // one listener for all reads: a promise that all of them raced would remember each
  let giveUp = (): void => {}
  signal.addEventListener('abort', () => giveUp(), { once: true })
  const readOrGiveUp = (): Promise<number> => {
    const { promise, resolve, reject } = Promise.withResolvers<number>()
    giveUp = () => resolve(0)
    readFd(0, chunk, 0, INPUT_BYTES, null).then((result) => resolve(result.bytesRead), reject)
    return promise
  }
  while (!signal.aborted) {
    let bytesRead = 0
    try {
      bytesRead = await readOrGiveUp()
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      if (code === 'EAGAIN') {
        await sleep(RETRY_MS)
        continue
      }
      if (code !== 'EOF')
        throw new TelltaleError('INPUT_UNREADABLE', `cannot read standard input: ${code ?? ''}`)
    }
    if (bytesRead === 0) break
    await onChunk(chunk.subarray(0, bytesRead))
  }
}
