import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { metricTable } from '../src/telemetry/metric-table.ts'
import { allMetrics } from './all-metrics.ts'

writeFileSync(join(import.meta.dirname, '../docs/metrics.md'), metricTable(await allMetrics()))
process.exit() // a client library may keep a connection attempt
