import { writeFileSync } from 'node:fs'
import { compileAssembly, GENERATED } from '../test/support/assembly.ts'

/** Compiles src/ingest/otlp/decode/assembly to log-records.generated.ts. The compiler comes by npm into the cache folder. */
writeFileSync(GENERATED, compileAssembly())
console.log(GENERATED)
