import type { AllowList } from '../allow-list.ts'
import type { ScanEngine } from '../engine.ts'
import { LOG_CONTEXT, type ScanContext } from '../scan-context.ts'
import type { Sighting } from '../sighting.ts'
import { WindowScanner } from '../window-scanner.ts'
import { contextOf } from './file-context.ts'
import type { FileFinding, ScanTotals } from './file-finding.ts'
import { ignoredInline } from './inline-ignore.ts'
import { kindOfText, textOf } from './text-bytes.ts'

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
    const text = textOf(bytes, kind)
    this.#scanner(path, context, this.#options.inlineIgnore, (finding) => findings.push(finding)).whole(text)
    this.totals.bytes += text.length
    this.totals.files++
    return findings
  }

  /** Scans a log that comes in pieces, e.g. standard input; inline comments are not honoured there. */
  openLog(path: string, emit: (finding: FileFinding) => void): (chunk: Uint8Array, last: boolean) => void {
    return this.open(path, LOG_CONTEXT, false, emit)
  }

  /** Scans a text that comes in pieces. */
  open(
    path: string,
    context: ScanContext,
    inlineIgnore: boolean,
    emit: (finding: FileFinding) => void,
  ): (chunk: Uint8Array, last: boolean) => void {
    const scanner = this.#scanner(path, context, inlineIgnore, emit)
    return (chunk, last) => {
      this.totals.bytes += chunk.length
      scanner.push(chunk)
      if (last) scanner.end()
    }
  }

  #scanner(
    path: string,
    context: ScanContext,
    inlineIgnore: boolean,
    emit: (finding: FileFinding) => void,
  ): WindowScanner {
    const shown = this.maskText(path)
    return new WindowScanner(this.#engine, context, (sighting) => {
      if (!this.#passes(sighting, inlineIgnore)) emit(this.#finding(shown, sighting))
    })
  }

  #finding(path: string, sighting: Sighting): FileFinding {
    const { match, line, column, endLine, endColumn } = sighting
    return {
      kind: match.honeytoken === null ? 'secret' : 'honeytoken',
      ruleId: match.rule.id,
      description: match.rule.description,
      severity: match.honeytoken === null ? match.rule.severity : 'mortal',
      confidence: match.confidence,
      path,
      line,
      column,
      endLine,
      endColumn,
      masked: match.masked,
      snippet: sighting.excerpt(),
      fingerprint: match.fingerprint,
      stages: match.stages,
      ...(this.#options.reveal ? { secret: sighting.secret() } : {}),
    }
  }

  #passes(sighting: Sighting, inlineIgnore: boolean): boolean {
    const { match } = sighting
    // A planted token is a sighting, not a leak: nothing hides it.
    if (match.honeytoken !== null) return false
    const { allow } = this.#options
    const line = inlineIgnore || allow.readsLines ? sighting.lineText() : ''
    const passes =
      (inlineIgnore && ignoredInline(line, match.rule.id)) ||
      allow.allows(match.rule.id, match.fingerprint, sighting.secret(), line)
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
