import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { LinearColumns } from '../src/columns/linear-columns.ts'
import { TABLES_BYTES as DECODER_TABLES_BYTES } from '../src/ingest/otlp/decode/assembly/tables.ts'
import { TABLES_BYTES as SCANNER_TABLES_BYTES } from '../src/scanner/prefilter/assembly/sieve-layout.ts'
import { ASSEMBLY, assemblyCompiler, compileAssembly, generatedFile } from './support/assembly.ts'

for (const assembly of ASSEMBLY)
  test(`${assembly.generated} is what its source compiles to`, (t) => {
    if (assemblyCompiler() === null) return t.skip('npm cannot install assemblyscript here')
    const committed = readFileSync(generatedFile(assembly), 'utf8')
    assert.ok(committed === compileAssembly(assembly), 'run: npm run build:wasm')
  })

test('the tables of each kernel fit the room that a batch has for them', () => {
  const { memory, decoderTablesAt, scannerTablesAt } = LinearColumns.create(1024, 16, 16)!
  assert.ok(DECODER_TABLES_BYTES <= scannerTablesAt - decoderTablesAt)
  assert.ok(SCANNER_TABLES_BYTES <= memory.buffer.byteLength - scannerTablesAt)
})
