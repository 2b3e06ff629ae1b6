import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TelltaleError } from '../../core/errors.ts'

const MARK = '# telltale: looks for credentials in what is about to be committed'

/** A path or word as the shell reads it. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** @param command words that run telltale; what is staged is added to them */
export const hookScript = (command: readonly string[]): string =>
  `#!/bin/sh\n${MARK}\n# Skip once with: git commit --no-verify\nexec ${command.map(quoted).join(' ')} scan --staged --no-progress\n`

/**
 * Writes the pre-commit hook. One that is not ours is left alone unless `force`, and then kept beside it.
 * @param folder of the hooks @returns the hook's path
 * @throws TelltaleError USAGE
 */
export function installHook(folder: string, command: readonly string[], force: boolean): string {
  const path = join(folder, 'pre-commit')
  if (existsSync(path) && !readFileSync(path, 'utf8').includes(MARK)) {
    if (!force) {
      throw new TelltaleError(
        'USAGE',
        `${path} exists already; add the line \`telltale scan --staged\` to it, or give --force`,
      )
    }
    writeFileSync(`${path}.before-telltale`, readFileSync(path))
  }
  mkdirSync(folder, { recursive: true })
  writeFileSync(path, hookScript(command))
  chmodSync(path, 0o755)
  return path
}

/** Takes our hook away. @returns whether there was one */
export function removeHook(folder: string): boolean {
  const path = join(folder, 'pre-commit')
  if (!existsSync(path) || !readFileSync(path, 'utf8').includes(MARK)) return false
  rmSync(path)
  return true
}
