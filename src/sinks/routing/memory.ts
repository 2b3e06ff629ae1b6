import { crc32 } from 'node:zlib'
import type { Finding } from '../../core/finding.ts'
import type { LogRecord } from '../spool/log-record.ts'
import type { OpenFindings, Told } from './open-findings.ts'
import { RecentKeys } from './recent-keys.ts'

/** One piece of a checkpoint. Pieces only add, so those of a torn checkpoint do no harm. */
interface Piece {
  /** 1 was one piece with everything. */
  readonly version: 1 | 2
  readonly recent?: readonly string[]
  readonly sightings?: readonly (readonly [string, number])[]
  readonly open?: readonly { f: Finding; t: readonly Told[]; n: number; u: number | null }[]
}

/** Entries in a piece: about 100 KB each, so that writing one holds nothing up. */
const KEYS_A_PIECE = 2048
const OPEN_A_PIECE = 128

/** One key per thing that may be told: an id opens once and resolves once, and each update has evidence of its own. */
function stateKey(finding: Finding): string {
  if (finding.state !== 'update') return finding.id + finding.state[0]
  const evidence = finding.kind === 'anomaly' ? finding.detectors.map((d) => d.name + d.surprise).join() : ''
  return `${finding.id}u${finding.detectedMs.toString(36)}.${crc32(evidence).toString(36)}`
}

/** What the router knows of the past: a fold over the log of findings, so checkpoint and log together give it back. */
export class RouterMemory {
  readonly open: OpenFindings
  /** Finding states told. */
  readonly #recent: RecentKeys
  /** Route and fingerprint of secrets, to the time they were last told. */
  readonly #sightings: RecentKeys
  readonly #sightingMs: (sink: string) => number

  /**
   * @param remember finding states, and sightings, remembered
   * @param sightingMs how long a sighting stays open for a sink, ms
   */
  constructor(open: OpenFindings, remember: number, sightingMs: (sink: string) => number) {
    this.open = open
    this.#recent = new RecentKeys(remember)
    this.#sightings = new RecentKeys(remember)
    this.#sightingMs = sightingMs
  }

  knows(finding: Finding): boolean {
    return this.#recent.has(stateKey(finding)) || this.ended(finding.id)
  }

  /** Its resolution was told. */
  ended(id: string): boolean {
    return this.#recent.has(`${id}r`)
  }

  /** When a secret was last told by a route, ms since epoch. */
  toldMs(route: string, fingerprint: string): number | undefined {
    return this.#sightings.get(`${route} ${fingerprint}`)
  }

  /** The same for a finding just accepted and for one read back from the log. */
  remember({ finding, targets, emittedMs }: LogRecord): void {
    this.#recent.set(stateKey(finding), 0)
    if (finding.kind !== 'anomaly') {
      for (const t of targets) this.#sightings.set(`${t.route} ${finding.fingerprint}`, emittedMs)
    }
    if (finding.state === 'resolved') {
      this.open.delete(finding.id)
      return
    }
    let untilMs: number | null = null
    if (finding.kind !== 'anomaly') {
      const keepMs = Math.max(0, ...targets.map((t) => this.#sightingMs(t.sink)))
      if (keepMs === 0) return
      untilMs = emittedMs + keepMs
    }
    const told = [...(this.open.get(finding.id)?.told ?? [])]
    for (const { sink, route, group } of targets) {
      const known = told.find((t) => t.sink === sink)
      if (known === undefined) told.push({ sink, route, group, atMs: emittedMs })
      else known.atMs = emittedMs
    }
    this.open.set({ finding, told, newsMs: emittedMs, untilMs })
  }

  /** News of an open finding that no sink wants to hear still counts as news, and is what a reminder will tell. */
  note(finding: Finding, nowMs: number): void {
    const known = this.open.get(finding.id)
    if (known === undefined) return
    known.newsMs = nowMs
    known.finding = finding
  }

  /**
   * Everything needed to go on, as pieces of JSON. What is known at the call is what the pieces say, however late they
   * are asked for; they are made one at a time, as all together may be tens of megabytes.
   */
  checkpoint(): Iterable<string> {
    const recent = [...this.#recent.entries()].map(([key]) => key)
    const sightings = [...this.#sightings.entries()]
    const open = [...this.open.values()].map((o) => ({ f: o.finding, t: o.told, n: o.newsMs, u: o.untilMs }))
    return pieces({ version: 2, recent, sightings, open })
  }

  /** Merges a piece; one it cannot read is left out, which may repeat an alert but loses none. */
  restore(text: string): void {
    let piece: Piece
    try {
      piece = JSON.parse(text) as Piece
    } catch {
      return
    }
    if (piece?.version !== 1 && piece?.version !== 2) return
    for (const key of piece.recent ?? []) {
      this.#recent.set(key, 0)
      // an older file told of it as open, and this one knows that it ended
      if (key.endsWith('r')) this.open.delete(key.slice(0, -1))
    }
    for (const [key, ms] of piece.sightings ?? []) this.#sightings.set(key, ms)
    for (const { f, t, n, u } of piece.open ?? []) {
      this.open.set({ finding: f, told: [...t], newsMs: n, untilMs: u })
    }
  }
}

function* pieces(whole: Required<Piece>): Generator<string> {
  const { version, recent, sightings, open } = whole
  for (const part of chunks(recent, KEYS_A_PIECE)) yield JSON.stringify({ version, recent: part })
  for (const part of chunks(sightings, KEYS_A_PIECE)) yield JSON.stringify({ version, sightings: part })
  for (const part of chunks(open, OPEN_A_PIECE)) yield JSON.stringify({ version, open: part })
}

function* chunks<T>(all: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size)
}
