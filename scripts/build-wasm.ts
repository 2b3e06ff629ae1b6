import { writeFileSync } from 'node:fs'
import { ASSEMBLY, compileAssembly, generatedFile } from '../test/support/assembly.ts'

/** Compiles the kernels in AssemblyScript (*.as.ts) to *.generated.ts. The compiler comes by npm into the cache folder. */
for (const assembly of ASSEMBLY) {
  writeFileSync(generatedFile(assembly), compileAssembly(assembly))
  console.log(assembly.generated)
}
