import { homedir } from 'node:os'
import { join } from 'node:path'
import { BatchPool } from './columns/batch-pool.ts'
import { KeyTable } from './columns/key-table.ts'
import type { Clock, Random } from './core/clock.ts'
import type { Component } from './core/component.ts'
import type { FindingEmitter } from './core/finding.ts'
import { VERSION } from './core/version.ts'
import { createDetectors } from './detectors/engine.ts'
import { decodeOtlp } from './ingest/otlp/decode/decode.ts'
import { OtlpGrpcReceiver } from './ingest/otlp/grpc/receiver.ts'
import { OtlpHttpReceiver } from './ingest/otlp/http/receiver.ts'
import { FindingLog } from './pipeline/finding-log.ts'
import { Pipeline } from './pipeline/pipeline.ts'
import type { RootConfig } from './registry.ts'
import { createScanner } from './scanner/stage.ts'
import { AdminServer, type Condition } from './server/admin-server.ts'
import { createSinks } from './sinks/sinks.ts'
import { loadInstanceKey } from './state/instance-key.ts'
import type { Logger } from './telemetry/logger.ts'
import { Meter } from './telemetry/meter.ts'
import { addProcessMetrics } from './telemetry/process-metrics.ts'

export interface AppSettings {
  readonly config: RootConfig
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly env: Readonly<Record<string, string | undefined>>
  /** Sees every finding before the sinks do; for the demo and tests. */
  readonly onFinding?: FindingEmitter
}
