import type { LivePayload } from './live-payload.ts'

/** One way to a receiver with one request under way. */
export interface Sender {
  open(): Promise<void>
  /** @returns 200 when accepted, else the HTTP status, or 0 when the connection failed; for gRPC its status + 1000 */
  send(payload: LivePayload): Promise<number>
  close(): void
}

/** Wait before a payload goes out again after a retryable answer. */
export const RETRY_AFTER_MS = 20
