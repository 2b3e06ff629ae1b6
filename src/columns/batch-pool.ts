import type { KeyTable } from './key-table.ts'
import { RecordBatch, type Signal } from './record-batch.ts'

/** Reuses batches, so that steady traffic allocates nothing. `idleMax` bounds what is kept. */
export class BatchPool {
  readonly #keys: KeyTable
  readonly #idle: RecordBatch[] = []
  readonly #idleMax: number

  constructor(keys: KeyTable, idleMax = 8) {
    this.#keys = keys
    this.#idleMax = idleMax
  }

  take(signal: Signal): RecordBatch {
    const batch = this.#idle.pop() ?? new RecordBatch(this.#keys, 'linear')
    batch.reset(signal)
    return batch
  }

  give(batch: RecordBatch): void {
    if (this.#idle.length < this.#idleMax) this.#idle.push(batch)
  }
}
