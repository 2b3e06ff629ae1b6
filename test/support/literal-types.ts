import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')

/** A value that should be what a type of a package says, and have no field that it does not know. */
export interface Literal {
  readonly module: string
  readonly type: string
  readonly value: unknown
}

/**
 * What the TypeScript compiler says of values as literals of their types: unlike most JSON Schemas it tells of fields
 * that do not exist. Empty when there is nothing to say.
 */
export function compilerProblems(literals: readonly Literal[]): string {
  // within the tree, so that the packages resolve; ignored by git
  const cache = join(ROOT, 'node_modules/.cache/telltale')
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'literals-'))
  const lines = literals.flatMap(({ module, type, value }, i) => [
    `import type { ${type} as T${i} } from '${module}'`,
    `export const v${i}: T${i} = ${JSON.stringify(value, null, 1)}`,
  ])
  writeFileSync(join(folder, 'literals.ts'), lines.join('\n'))
  const options = [
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--module',
    'nodenext',
    '--ignoreConfig',
    '--types',
    '',
  ]
  try {
    execFileSync(join(ROOT, 'node_modules/.bin/tsc'), [...options, join(folder, 'literals.ts')], {
      encoding: 'utf8',
      stdio: 'pipe',
    })
    return ''
  } catch (error) {
    return String((error as { stdout: string }).stdout)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
