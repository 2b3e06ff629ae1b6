import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { ASSEMBLY, assemblyCompiler, compileAssembly, generatedFile } from './support/assembly.ts'

for (const assembly of ASSEMBLY)
  test(`${assembly.generated} is what its source compiles to`, (t) => {
    if (assemblyCompiler() === null) return t.skip('npm cannot install assemblyscript here')
    const committed = readFileSync(generatedFile(assembly), 'utf8')
    assert.ok(committed === compileAssembly(assembly), 'run: npm run build:wasm')
  })
