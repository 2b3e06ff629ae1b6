import { AllowList } from '../allow-list.ts'
import { userCacheFolder } from './content-cache.ts'
import { type FileScanSettings, settingsDigest } from './engine-settings.ts'
import type { FileFinding, ScanTotals } from './file-finding.ts'
import { ProjectCache } from './project-cache.ts'
import type { ScannedFile } from './scan-path.ts'
import { poolFor } from './scan-pool.ts'
import { type WalkedFile, walk } from './walk.ts'

export interface TreeOptions {
  readonly settings: FileScanSettings
  readonly gitignore: boolean
  /** Threads; 1 scans on this one. */
  readonly jobs: number
  /** Folder of the project cache, or null to use none at all. */
  readonly cacheFolder: string | null
  readonly env: NodeJS.ProcessEnv
  readonly version: string
  /** Told after each batch. */
  readonly onProgress: (totals: ScanTotals) => void
}

/** A batch is sent when it holds this many files or bytes. */
const BATCH_FILES = 64
const BATCH_BYTES = 4 * 1024 * 1024
/** Fewer bytes than this are scanned before a thread would have started. */
const INLINE_BYTES = 8 * 1024 * 1024

const NONE: readonly FileFinding[] = []

/** Scans files and folders; findings in the order of the walk. */
export async function scanTree(
  paths: readonly string[],
  options: TreeOptions,
  totals: ScanTotals,
): Promise<FileFinding[]> {
  const digest = settingsDigest(options.settings, options.version)
  const project = options.cacheFolder === null ? null : new ProjectCache(options.cacheFolder, digest)
  const start = {
    settings: options.settings,
    cache: options.cacheFolder === null ? null : { folder: userCacheFolder(options.env), digest },
  }
  const allow = new AllowList(options.settings.allow)
  const batches = batchesOf(
    walk(paths, { gitignore: options.gitignore, onProblem: (p) => totals.problems.push(p) }),
  )
  const slots: (readonly FileFinding[])[] = []
  const first = takeFirst(batches)
  const lanes = first.whole ? 1 : options.jobs
  const pool = poolFor(start, lanes)
  try {
    const underWay = new Set<Promise<void>>()
    for (const batch of first.all) {
      const wanted: { file: WalkedFile; slot: number }[] = []
      for (const file of batch) {
        if (allow.allowsPath(relativePath(file.shown))) continue
        const slot = slots.push(NONE) - 1
        const before = project?.unchanged(file) ?? null
        if (before === null) wanted.push({ file, slot })
        else {
          if (before.length > 0) slots[slot] = before
          totals.cached++
          totals.files++
        }
      }
      if (wanted.length === 0) continue
      const task = pool
        .scan(
          wanted.map(({ file }) => file),
          totals,
        )
        .then((scanned) => {
          for (const [i, { file, slot }] of wanted.entries()) keep(project, slots, slot, file, scanned[i]!)
          options.onProgress(totals)
        })
      const tracked = task.finally(() => underWay.delete(tracked))
      underWay.add(tracked)
      if (underWay.size >= pool.width) await Promise.race(underWay)
    }
    await Promise.all(underWay)
  } finally {
    await pool.close()
  }
  project?.save()
  return slots.flat()
}

function keep(
  project: ProjectCache | null,
  slots: (readonly FileFinding[])[],
  slot: number,
  file: WalkedFile,
  scanned: ScannedFile,
): void {
  if (scanned.findings.length > 0) slots[slot] = scanned.findings
  if (scanned.complete) project?.put(file, scanned.sha256, scanned.findings)
}

/** A path as an allow list names it: within the folder scanned from. */
const relativePath = (shown: string): string => shown.replace(/^(?:\.\/)+/, '').replace(/^\/+/, '')

function* batchesOf(files: Iterable<WalkedFile>): Generator<readonly WalkedFile[]> {
  let batch: WalkedFile[] = []
  let bytes = 0
  for (const file of files) {
    batch.push(file)
    bytes += file.size
    if (batch.length < BATCH_FILES && bytes < BATCH_BYTES) continue
    yield batch
    batch = []
    bytes = 0
  }
  if (batch.length > 0) yield batch
}

/** Reads ahead until it is known whether threads pay; `whole` when everything was seen. */
function takeFirst(batches: Generator<readonly WalkedFile[]>): {
  whole: boolean
  all: Iterable<readonly WalkedFile[]>
} {
  const head: (readonly WalkedFile[])[] = []
  let bytes = 0
  let whole = true
  for (let next = batches.next(); next.done !== true; next = batches.next()) {
    head.push(next.value)
    for (const file of next.value) bytes += file.size
    whole = bytes <= INLINE_BYTES
    if (!whole) break
  }
  function* all(): Generator<readonly WalkedFile[]> {
    yield* head
    if (!whole) yield* batches
  }
  return { whole, all: all() }
}
