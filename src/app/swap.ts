import type { RecordBatch } from '../columns/record-batch.ts'
import type { ScannerStage } from '../columns/stage.ts'
import type { Component } from '../core/component.ts'
import type { Finding, FindingEmitter } from '../core/finding.ts'
import type { Sinks } from '../sinks/sinks.ts'

/** A scanner that can be replaced between two batches. */
export class SwappableScanner implements ScannerStage {
  #current: ScannerStage

  constructor(first: ScannerStage) {
    this.#current = first
  }

  replace(next: ScannerStage): void {
    this.#current = next
  }

  scan(batch: RecordBatch, emit: FindingEmitter): Generator<void, void> {
    return this.#current.scan(batch, emit)
  }

  mask(text: string): string {
    return this.#current.mask(text)
  }
}

/** Sinks that can be replaced: what is emitted meanwhile waits in the new ones, the spool carries over the rest. */
export class SwappableSinks implements Component {
  #current: Sinks

  constructor(first: Sinks) {
    this.#current = first
  }

  readonly emit = (finding: Finding): void => this.#current.emit(finding)

  get current(): Sinks {
    return this.#current
  }

  start(signal: AbortSignal): Promise<void> {
    return this.#current.start(signal)
  }

  stop(deadlineMs: number): Promise<void> {
    return this.#current.stop(deadlineMs)
  }

  /** The old ones are closed before the new ones open the spool. */
  async replace(next: Sinks, deadlineMs: number): Promise<void> {
    const old = this.#current
    this.#current = next
    await old.stop(deadlineMs)
    await next.start(new AbortController().signal)
  }
}
