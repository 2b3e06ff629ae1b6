import type { AllowList } from '../allow-list.ts'
import { LOG_CONTEXT, type ScanContext, type ScanEngine } from '../engine.ts'
import { excerptOf } from '../excerpt.ts'
import type { Match } from '../match.ts'
import { contextOf } from './file-context.ts'
import type { FileFinding, ScanTotals } from './file-finding.ts'
import { ignoredInline } from './inline-ignore.ts'
import { kindOfText, textOf } from './text-bytes.ts'
import { TextPosition } from './text-position.ts'
import { WindowScan } from './window-scan.ts'

/** A line is looked at this far left and right of a finding. */
const LINE_BYTES = 4096
const NEWLINE = 10

export interface FileScannerOptions {
  readonly allow: AllowList
  /** Scan files with NUL bytes too. */
  readonly binary: boolean
  /** Put the secret's text into findings. */
  readonly reveal: boolean
  /** Inline comments are honoured; off for standard input, which is a log. */
  readonly inlineIgnore: boolean
}

/** Scans whole files, and text that comes in pieces. Holds no state between files; not to be shared by threads. */
export class FileScanner {
  readonly #engine: ScanEngine
  readonly #options: FileScannerOptions
  readonly totals: ScanTotals

  constructor(engine: ScanEngine, options: FileScannerOptions, totals: ScanTotals) {
    this.#engine = engine
    this.#options = options
    this.totals = totals
  }

  get inlineIgnore(): boolean {
    return this.#options.inlineIgnore
  }

  get readsBinary(): boolean {
    return this.#options.binary
  }

  /** Every finding in a file's bytes, in order. @param path `/` between parts */
  scanFile(path: string, bytes: Uint8Array, context: ScanContext = contextOf(path)): FileFinding[] {
    const kind = kindOfText(bytes)
    if (kind === 'binary' && !this.#options.binary) {
      this.totals.skippedBinary++
      return []
    }
    const findings: FileFinding[] = []
    const feed = this.open(path, context, this.#options.inlineIgnore, (finding) => findings.push(finding))
    feed(textOf(bytes, kind), true)
    this.totals.files++
    return findings
  }

  /** Scans a log that comes in pieces, e.g. standard input; inline comments are not honoured there. */
  openLog(path: string, emit: (finding: FileFinding) => void): (chunk: Uint8Array, last: boolean) => void {
    return this.open(path, LOG_CONTEXT, false, emit)
  }

  open(
    path: string,
    context: ScanContext,
    inlineIgnore: boolean,
    emit: (finding: FileFinding) => void,
  ): (chunk: Uint8Array, last: boolean) => void {
    const position = new TextPosition()
    const shown = this.maskText(path)
    const scan = new WindowScan(this.#engine, context, (bytes, all, fresh, dropped) => {
      const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      for (const match of fresh) {
        position.advance(bytes, match.start)
        const start = { line: position.line, column: position.column }
        position.advance(bytes, match.end)
        const lineFrom = Math.max(text.lastIndexOf(NEWLINE, match.start - 1) + 1, match.start - LINE_BYTES)
        const newline = text.indexOf(NEWLINE, match.end)
        const lineTo = Math.min(newline < 0 ? bytes.length : newline, match.end + LINE_BYTES)
        if (this.#passes(match, text, lineFrom, lineTo, inlineIgnore)) continue
        emit({
          kind: match.honeytoken === null ? 'secret' : 'honeytoken',
          ruleId: match.rule.id,
          description: match.rule.description,
          severity: match.honeytoken === null ? match.rule.severity : 'mortal',
          confidence: match.confidence,
          path: shown,
          ...start,
          endLine: position.line,
          endColumn: position.column,
          masked: match.masked,
          snippet: excerptOf(bytes, lineFrom, lineTo, all, match),
          fingerprint: match.fingerprint,
          stages: match.stages,
          ...(this.#options.reveal ? { secret: text.toString('utf8', match.start, match.end) } : {}),
        })
      }
      position.advance(bytes, dropped)
      position.shift(dropped)
    })
    return (chunk, last) => {
      this.totals.bytes += chunk.length
      scan.push(chunk, last)
    }
  }

  #passes(match: Match, text: Buffer, lineFrom: number, lineTo: number, inlineIgnore: boolean): boolean {
    // A planted token is a sighting, not a leak: nothing hides it.
    if (match.honeytoken !== null) return false
    const { allow } = this.#options
    const line = inlineIgnore || allow.readsLines ? text.toString('utf8', lineFrom, lineTo) : ''
    const passes =
      (inlineIgnore && ignoredInline(line, match.rule.id)) ||
      allow.allows(match.rule.id, match.fingerprint, text.toString('utf8', match.start, match.end), line)
    if (passes) this.totals.suppressed++
    return passes
  }

  /** Text that is shown but was not scanned, such as a path, with its secrets masked. */
  maskText(text: string): string {
    const bytes = Buffer.from(text)
    let out = ''
    let from = 0
    this.#engine.scanSpan(bytes, 0, bytes.length, LOG_CONTEXT, (match) => {
      out += bytes.toString('utf8', from, match.start) + match.masked
      from = match.end
    })
    return from === 0 ? text : out + bytes.toString('utf8', from)
  }
}
