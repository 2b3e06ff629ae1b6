import { KeyTable } from '../../columns/key-table.ts'
import { loadConfig } from '../../config/load.ts'
import { createDetectors } from '../../detectors/engine.ts'
import { decodeOtlp } from '../../ingest/otlp/decode/decode-otlp.ts'
import { rootConfig } from '../../registry.ts'
import { createScanner } from '../../scanner/create-scanner.ts'
import { rulesInForce } from '../../scanner/rules-in-force.ts'
import { deriveInstanceKey } from '../../state/instance-key.ts'
import type { ReplayStages } from './run-replay.ts'

/**
 * The daemon's own stages, from a configuration or its defaults. Nothing depends on the machine: hash seed and
 * fingerprint key come from `seed`, and time is the input's.
 */
export function makeStages(file: string | undefined, seed = 0): ReplayStages {
  const { config } = loadConfig(rootConfig, { file, env: process.env })
  const key = deriveInstanceKey(Buffer.from(`telltale replay, seed ${seed}`))
  const keys = new KeyTable(key.hashSeed)
  const clock = { atMs: 0, nowMs: () => clock.atMs }
  const scanner = createScanner(config.scanner, {
    fingerprintKey: key.fingerprintKey,
    rules: rulesInForce(config.scanner, []),
    clock,
  })
  const detectors = createDetectors(config.detectors, {
    keys,
    clock: null,
    mask: (text) => scanner.mask(text),
  })
  const { rowsPerBatch, attributesPerBatch, depth } = config.limits
  const limits = { rowsMax: rowsPerBatch, attrsMax: attributesPerBatch, depthMax: depth }
  return {
    keys,
    decodeOtlp: (batch, format) => decodeOtlp(batch, format, limits),
    detectors,
    scanner,
    setTime: (timeMs) => {
      clock.atMs = timeMs
    },
  }
}
