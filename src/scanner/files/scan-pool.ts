import { Worker } from 'node:worker_threads'
import { ContentCache } from './content-cache.ts'
import { makeFileScanner } from './engine-settings.ts'
import { addTotals, newTotals, type ScanTotals } from './file-finding.ts'
import type { WorkerAnswer, WorkerQuestion, WorkerStart } from './scan.worker.ts'
import { type ScannedFile, scanPath } from './scan-path.ts'
import type { WalkedFile } from './walk.ts'

/** Scans batches of files, on this thread or on several. Answers come in the order of the files of a batch. */
export interface ScanPool {
  /** Batches worth having under way at once. */
  readonly width: number
  scan(files: readonly WalkedFile[], totals: ScanTotals): Promise<readonly ScannedFile[]>
  /** Writes what the content cache learned, and ends the threads. */
  close(): Promise<void>
}

const WORKER = import.meta.url.endsWith('.ts') ? './scan.worker.ts' : './scan.worker.js'

export function inlinePool(start: WorkerStart): ScanPool {
  const totals = newTotals()
  const scanner = makeFileScanner(start.settings, totals)
  const content = start.cache === null ? null : new ContentCache(start.cache.folder, start.cache.digest)
  return {
    width: 1,
    async scan(files, into) {
      const out: ScannedFile[] = []
      for (const file of files) out.push(await scanPath(scanner, file, start.settings.paths, content))
      addTotals(into, totals)
      Object.assign(totals, newTotals())
      return out
    },
    async close() {
      content?.save()
    },
  }
}

interface Lane {
  readonly worker: Worker
  busy: Promise<unknown>
}

/** @param lanes threads to start */
export function threadPool(start: WorkerStart, lanes: number): ScanPool {
  const pool: Lane[] = Array.from({ length: lanes }, () => ({
    worker: new Worker(new URL(WORKER, import.meta.url), { workerData: start }),
    busy: Promise.resolve(),
  }))
  let turn = 0
  const ask = (lane: Lane, question: WorkerQuestion): Promise<WorkerAnswer> => {
    const answer = lane.busy.then(() => exchange(lane.worker, question))
    lane.busy = answer.catch(() => undefined)
    return answer
  }
  return {
    width: lanes * 2,
    async scan(files, into) {
      const answer = await ask(pool[turn++ % pool.length]!, files)
      if (answer.files === null) return []
      addTotals(into, answer.totals)
      return answer.files
    },
    async close() {
      await Promise.allSettled(pool.map((lane) => ask(lane, null)))
      await Promise.all(pool.map((lane) => lane.worker.terminate()))
    },
  }
}

function exchange(worker: Worker, question: WorkerQuestion): Promise<WorkerAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<WorkerAnswer>()
  const onMessage = (answer: WorkerAnswer): void => {
    worker.off('error', onError)
    worker.off('exit', onExit)
    resolve(answer)
  }
  const onError = (error: Error): void => {
    worker.off('message', onMessage)
    reject(error)
  }
  const onExit = (): void => onError(new Error('a scan thread ended early'))
  worker.once('message', onMessage)
  worker.once('error', onError)
  worker.once('exit', onExit)
  worker.postMessage(question)
  return promise
}

export const poolFor = (start: WorkerStart, lanes: number): ScanPool =>
  lanes > 1 ? threadPool(start, lanes) : inlinePool(start)
