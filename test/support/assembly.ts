import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CACHE_FOLDER } from './cache-folder.ts'

const VERSION = '0.28.20'
const ROOT = join(import.meta.dirname, '../..')
const SOURCE = 'src/ingest/otlp/decode/assembly/log-records.ts'
/** What {@link compileAssembly} writes goes here. */
export const GENERATED = join(ROOT, 'src/ingest/otlp/decode/log-records.generated.ts')

/** Path of the AssemblyScript compiler, which npm puts into the cache folder once; null where that fails. */
export function assemblyCompiler(): string | null {
  const folder = join(CACHE_FOLDER, `assemblyscript-${VERSION}`)
  const compiler = join(folder, 'node_modules/.bin/asc')
  if (existsSync(compiler)) return compiler
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{"private":true}')
  spawnSync('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', `assemblyscript@${VERSION}`], {
    stdio: 'ignore',
  })
  return existsSync(compiler) ? compiler : null
}

/** @returns the text of the generated module. @throws Error when there is no compiler, or what it says of the source */
export function compileAssembly(): string {
  const compiler = assemblyCompiler()
  if (compiler === null) throw new Error('npm could not install assemblyscript')
  const out = join(mkdtempSync(join(tmpdir(), 'telltale-wasm-')), 'out.wasm')
  const flags = ['-O3', '--runtime', 'stub', '--importMemory', '--outFile', out]
  const run = spawnSync(process.execPath, [compiler, SOURCE, ...flags], { cwd: ROOT, encoding: 'utf8' })
  if (run.status !== 0) throw new Error(run.stderr)
  const base64 = readFileSync(out).toString('base64')
  return `/** Made from assembly/log-records.ts by \`npm run build:wasm\`. */\nexport const LOG_RECORDS_WASM =\n  '${base64}'\n`
}
