import { type Dirent, lstatSync, readdirSync, type Stats, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import { IGNORE_FILES, IgnoreRules, neverWalked } from './ignore-files.ts'

export interface WalkedFile {
  /** To open it with. */
  readonly path: string
  /** To show: as given on the command line, `/` between parts. */
  readonly shown: string
  readonly size: number
  /** Together they tell whether the file is the one the cache saw. */
  readonly mtimeMs: number
  readonly ctimeMs: number
  readonly inode: number
}

export interface WalkOptions {
  /** Leave out what .gitignore names; .telltaleignore always counts. */
  readonly gitignore: boolean
  readonly onProblem: (problem: string) => void
}

const shownPath = (path: string): string => (sep === '/' ? path : path.split(sep).join('/'))

/**
 * Every regular file under the given paths, in a stable order. A path given by name is taken even where an ignore file
 * names it. Links are followed only when given by name, so that no loop and no way out of the tree exists. Synchronous:
 * the walk waits for each answer anyway, and a call to the file system is several times as dear through the thread pool.
 */
export function* walk(paths: readonly string[], options: WalkOptions): Generator<WalkedFile> {
  const names = options.gitignore ? IGNORE_FILES : IGNORE_FILES.slice(1)
  for (const path of paths) {
    let info: Stats
    try {
      info = statSync(path)
    } catch (error) {
      options.onProblem(`${shownPath(path)}: ${codeOf(error)}`)
      continue
    }
    if (info.isDirectory()) yield* walkFolder(path, IgnoreRules.of(path, names, null), names, options)
    else yield walkedFile(path, info)
  }
}

function* walkFolder(
  folder: string,
  rules: IgnoreRules,
  names: readonly string[],
  options: WalkOptions,
): Generator<WalkedFile> {
  let entries: Dirent[]
  try {
    entries = readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    options.onProblem(`${shownPath(folder)}: ${codeOf(error)}`)
    return
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      if (neverWalked(entry.name) || rules.ignores(path, true)) continue
      yield* walkFolder(path, IgnoreRules.of(path, names, rules), names, options)
    } else if (entry.isFile() && !rules.ignores(path, false)) {
      try {
        yield walkedFile(path, lstatSync(path))
      } catch (error) {
        options.onProblem(`${shownPath(path)}: ${codeOf(error)}`)
      }
    }
  }
}

const walkedFile = (path: string, info: Stats): WalkedFile => ({
  path,
  shown: shownPath(path),
  size: info.size,
  mtimeMs: info.mtimeMs,
  ctimeMs: info.ctimeMs,
  inode: info.ino,
})

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unreadable'
