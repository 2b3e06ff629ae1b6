import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CACHE_FOLDER } from './cache-folder.ts'

const VERSION = '0.28.20'
const ROOT = join(import.meta.dirname, '../..')
/** The kernels in AssemblyScript; `name` is that of what the generated module exports. */
export const ASSEMBLY = [
  {
    source: 'src/ingest/otlp/decode/assembly/log-records.as.ts',
    generated: 'src/ingest/otlp/decode/log-records.generated.ts',
    name: 'LOG_RECORDS_WASM',
  },
  {
    source: 'src/scanner/prefilter/assembly/sieve.as.ts',
    generated: 'src/scanner/prefilter/sieve.generated.ts',
    name: 'SIEVE_WASM',
  },
] as const
export type Assembly = (typeof ASSEMBLY)[number]

export const generatedFile = ({ generated }: Assembly): string => join(ROOT, generated)

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
export function compileAssembly({ source, name }: Assembly): string {
  const compiler = assemblyCompiler()
  if (compiler === null) throw new Error('npm could not install assemblyscript')
  const out = join(mkdtempSync(join(tmpdir(), 'telltale-wasm-')), 'out.wasm')
  const flags = ['-O3', '--runtime', 'stub', '--importMemory', '--outFile', out]
  const run = spawnSync(process.execPath, [compiler, source, ...flags], { cwd: ROOT, encoding: 'utf8' })
  if (run.status !== 0) throw new Error(run.stderr)
  const base64 = readFileSync(out).toString('base64')
  return `/** Made from ${source} by \`npm run build:wasm\`. */\nexport const ${name} =\n  '${base64}'\n`
}
