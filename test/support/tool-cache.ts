import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

/** Tools that tests install once and keep under node_modules/.cache, shared by test files that run side by side. */

const CACHE = join(import.meta.dirname, '../../node_modules/.cache/telltale')

export const run = promisify(execFile)

/** A tool's folder, or the reason why a test that needs it is skipped. */
export type Tool = { readonly path: string; readonly skip: false } | { readonly skip: string }

/**
 * The folder `name` of the cache; made by `install` in a folder beside it, which takes the name only when complete.
 * One process installs, the others wait.
 * @param boundMs after which whoever installs is thought dead
 */
export async function cachedTool(
  name: string,
  boundMs: number,
  install: (folder: string) => Promise<void>,
): Promise<Tool> {
  const path = join(CACHE, name)
  const lock = `${path}.lock`
  mkdirSync(dirname(path), { recursive: true })
  for (;;) {
    if (existsSync(path)) return { path, skip: false }
    if (takeLock(lock, boundMs)) break
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
  const draft = `${path}.draft`
  try {
    rmSync(draft, { recursive: true, force: true })
    mkdirSync(draft, { recursive: true })
    await install(draft)
    renameSync(draft, path)
    return { path, skip: false }
  } catch (error) {
    return { skip: `${name} does not install here: ${reason(error)}` }
  } finally {
    rmSync(draft, { recursive: true, force: true })
    rmSync(lock, { recursive: true, force: true })
  }
}

function takeLock(lock: string, boundMs: number): boolean {
  try {
    mkdirSync(lock)
    return true
  } catch {
    const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
    if (age > boundMs) rmSync(lock, { recursive: true, force: true })
    return false
  }
}

function reason(error: unknown): string {
  if (error instanceof Error && 'killed' in error && error.killed === true) return 'it took too long'
  const text = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error)
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return (lines.at(-1) ?? 'no reason given').slice(0, 300)
}
