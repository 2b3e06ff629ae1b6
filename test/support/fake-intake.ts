import type { TestContext } from 'node:test'
import { BatchPool } from '../../src/columns/batch-pool.ts'
import { KeyTable } from '../../src/columns/key-table.ts'
import type { RecordBatch, Signal } from '../../src/columns/record-batch.ts'
import type { Intake, PayloadFormat } from '../../src/columns/stage.ts'
import { TelltaleError } from '../../src/core/errors.ts'
import { DONE, type Outcome } from '../../src/core/outcome.ts'

export interface Submission {
  readonly payload: Buffer
  readonly format: PayloadFormat
  readonly signal: Signal
  readonly receivedMs: number
  readonly stream: string
  readonly offset: number
}

/** An intake that keeps what it is given and answers as told. */
export class FakeIntake implements Intake {
  readonly submissions: Submission[] = []
  readonly admitted: number[] = []
  outcome: Outcome = DONE
  admission: Outcome | null = null
  rejected = 0
  /** Settles when released rather than at once. */
  hold = false
  readonly #held: (() => void)[] = []
  readonly #waiting: { count: number; resolve: () => void }[] = []

  admit(payloadBytes: number): Outcome | null {
    this.admitted.push(payloadBytes)
    return this.admission
  }

  submit(batch: RecordBatch, format: PayloadFormat, settle: (outcome: Outcome) => void): void {
    const { signal, receivedMs, stream, offset } = batch
    const payload = Buffer.from(batch.bytes.subarray(0, batch.payloadEnd))
    this.submissions.push({ payload, format, signal, receivedMs, stream, offset })
    batch.rejected = this.rejected
    if (this.hold) this.#held.push(() => settle(this.outcome))
    else settle(this.outcome)
    for (const { count, resolve } of this.#waiting) if (this.submissions.length >= count) resolve()
  }

  /** Settles everything held. */
  release(): void {
    for (const settle of this.#held.splice(0)) settle()
  }

  /** Resolves once `count` batches have arrived. */
  async arrived(count: number): Promise<void> {
    if (this.submissions.length >= count) return
    await new Promise<void>((resolve) => this.#waiting.push({ count, resolve }))
  }
}

/** A pool that knows how many batches are out. */
export class CountingPool extends BatchPool {
  out = 0
  constructor() {
    super(new KeyTable(1))
  }
  override take(signal: Signal): RecordBatch {
    this.out++
    return super.take(signal)
  }
  override give(batch: RecordBatch): void {
    this.out--
    super.give(batch)
  }
}

/** Makes the intake say «full» to the first request. @returns how often it did */
export function refuseOnce(t: TestContext, intake: FakeIntake): () => number {
  const admit = intake.admit.bind(intake)
  let refusals = 0
  t.mock.method(intake, 'admit', (bytes: number) => {
    if (refusals > 0) return admit(bytes)
    refusals++
    return { kind: 'retry', afterMs: 50, cause: new TelltaleError('QUEUE_FULL', 'full') }
  })
  return () => refusals
}
