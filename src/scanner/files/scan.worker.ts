import { parentPort, workerData } from 'node:worker_threads'
import { ContentCache } from './content-cache.ts'
import { type FileScanSettings, makeFileScanner } from './engine-settings.ts'
import { newTotals, type ScanTotals } from './file-finding.ts'
import { type ScannedFile, scanPath } from './scan-path.ts'
import type { WalkedFile } from './walk.ts'

export interface WorkerStart {
  readonly settings: FileScanSettings
  readonly cache: { readonly folder: string; readonly digest: string } | null
}

/** Files in, what was found out, in the same order; `null` asks to write what is pending and say so. */
export type WorkerQuestion = readonly WalkedFile[] | null
export type WorkerAnswer =
  | { readonly files: readonly ScannedFile[]; readonly totals: ScanTotals }
  | { readonly files: null }

const { settings, cache } = workerData as WorkerStart
const totals = newTotals()
const scanner = makeFileScanner(settings, totals)
const content = cache === null ? null : new ContentCache(cache.folder, cache.digest)

async function answer(question: WorkerQuestion): Promise<WorkerAnswer> {
  if (question === null) {
    content?.save()
    return { files: null }
  }
  const files: ScannedFile[] = []
  for (const file of question) {
    files.push(await scanPath(scanner, file, settings.paths, content))
  }
  const told = { ...totals }
  Object.assign(totals, newTotals())
  return { files, totals: told }
}

parentPort!.on('message', (question: WorkerQuestion) => {
  void answer(question).then((said) => parentPort!.postMessage(said))
})
