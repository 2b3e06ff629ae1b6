import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import type { Finding } from '../../src/core/finding.ts'

const CHILD = join(import.meta.dirname, 'sinks-child.ts')

/** Sinks in another process, which a test can kill. */
export class SinksProcess {
  readonly #process: ChildProcess
  readonly #lines: Interface

  constructor(dataDir: string, config: Record<string, unknown>) {
    const args = ['--conditions=telltale-source', '--no-warnings', CHILD, dataDir, JSON.stringify(config)]
    this.#process = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#lines = createInterface({ input: this.#process.stdout! })
  }

  async started(): Promise<this> {
    await once(this.#lines, 'line')
    return this
  }

  /** Emits and waits until it is safe. */
  async emit(finding: Finding): Promise<void> {
    this.#process.stdin!.write(`${JSON.stringify(finding)}\n`)
    await once(this.#lines, 'line')
  }

  /** kill -9 */
  async kill(): Promise<void> {
    const closed = once(this.#process, 'close')
    this.#process.kill('SIGKILL')
    await closed
  }
}
