import type { Backlog } from './backlog.ts'
import { type LogRecord, parseLogRecord } from './log-record.ts'
import { ACKNOWLEDGED, CHECKPOINT, FINDING } from './record.ts'
import type { Segments } from './segments.ts'

/** What reading an old spool tells the router, in the order it was written. */
export interface Recovery {
  onCheckpoint(text: string): void
  onFinding(record: LogRecord): void
}

/**
 * Reads what an earlier process left: what is undelivered goes to the backlog, what the router has to know to it.
 * @returns the newest sequence, bytes that were no whole record, and findings meant for a sink that is configured no more
 */
export async function readSpool(
  segments: Segments,
  backlog: Backlog,
  recovery: Recovery,
): Promise<{ last: number; damagedBytes: number; orphans: number }> {
  const orphans = new Set<number>()
  let last = 0
  const damagedBytes = await segments.recover((segment, raw, bytes) => {
    const { sequence, start, end } = raw
    last = Math.max(last, sequence)
    const text = bytes.toString('utf8', start, end)
    if (raw.type === CHECKPOINT) recovery.onCheckpoint(text)
    else if (raw.type === ACKNOWLEDGED) {
      for (const [sink, sequences] of acknowledged(text)) {
        if (!backlog.hasSink(sink)) for (const s of sequences) orphans.delete(s)
        backlog.acknowledge(sink, sequences)
      }
    } else if (raw.type === FINDING) {
      const record = parseLogRecord(text)
      if (record === null) return
      recovery.onFinding(record)
      const waiting = backlog.sinksOf(record)
      if (waiting.size < record.targets.length) orphans.add(sequence)
      if (waiting.size === 0) return
      segment.live++
      backlog.restore({ sequence, record: null, waiting, segment, start, end })
    }
  })
  return { last, damagedBytes, orphans: orphans.size }
}

/** Sequences by sink; nothing of a record that says anything else. */
function acknowledged(text: string): [string, number[]][] {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return []
  }
  if (parsed === null || typeof parsed !== 'object') return []
  return Object.entries(parsed)
    .filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]))
    .map(([sink, sequences]) => [sink, sequences.filter((s) => typeof s === 'number')])
}
