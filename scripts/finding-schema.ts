import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findingJsonSchema } from '../src/sinks/kafka/finding-schema.ts'

const path = join(import.meta.dirname, '../docs/formats/finding.schema.json')
writeFileSync(path, JSON.stringify(findingJsonSchema()))
execFileSync('biome', ['format', '--write', path], { stdio: 'inherit' })
