/** created -> start -> running -> stop -> gone. `stop` is safe before `start` and safe twice. */
export interface Component {
  start(signal: AbortSignal): Promise<void>
  /** Takes no more, flushes what was taken, releases. @param deadlineMs ms since epoch */
  stop(deadlineMs: number): Promise<void>
}
