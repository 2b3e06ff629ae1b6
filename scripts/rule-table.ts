import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ruleTable } from '../src/scanner/rule-table.ts'

writeFileSync(join(import.meta.dirname, '../docs/rules.md'), ruleTable())
