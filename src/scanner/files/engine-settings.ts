import { createHash } from 'node:crypto'
import { AllowList, type AllowListData } from '../allow-list.ts'
import { builtinRuleData } from '../builtin-rules.ts'
import type { ScannerConfig } from '../config.ts'
import type { UserRule } from '../dynamic/user-rule.ts'
import { ScanEngine } from '../engine.ts'
import { type HoneytokenStore, honeytokenLookup } from '../honeytokens.ts'
import { rulesInForce } from '../rules-in-force.ts'
import type { ScanTotals } from './file-finding.ts'
import { FileScanner } from './file-scanner.ts'
import type { ScanPathOptions } from './scan-path.ts'

/** Everything a thread needs to scan files; plain data, so that it can be handed over. */
export interface FileScanSettings {
  readonly config: ScannerConfig
  readonly userRules: readonly UserRule[]
  readonly allow: AllowListData
  readonly fingerprintKey: Uint8Array
  /** Planted tokens, or null. */
  readonly honeytokens: HoneytokenStore | null
  readonly binary: boolean
  readonly reveal: boolean
  readonly inlineIgnore: boolean
  readonly paths: ScanPathOptions
}

/** Raised when stored findings of older versions may not be served any more. */
const CACHE_EPOCH = 1

export function makeFileScanner(settings: FileScanSettings, totals: ScanTotals): FileScanner {
  const engine = new ScanEngine({
    config: settings.config,
    rules: rulesInForce(settings.config, settings.userRules),
    fingerprintKey: settings.fingerprintKey,
    ...(settings.honeytokens === null ? {} : { honeytoken: honeytokenLookup(settings.honeytokens) }),
  })
  return new FileScanner(engine, { ...settings, allow: new AllowList(settings.allow) }, totals)
}

/** Digest of the rules and of everything else that decides what is found; stored findings of another one are not used. */
export function settingsDigest(settings: FileScanSettings, version: string): string {
  const hash = createHash('sha256')
  hash.update(settings.fingerprintKey)
  hash.update(
    JSON.stringify([
      CACHE_EPOCH,
      version,
      builtinRuleData(),
      settings.config,
      settings.userRules,
      settings.allow,
      settings.honeytokens,
      settings.binary,
      settings.inlineIgnore,
      settings.paths,
    ]),
  )
  return hash.digest('hex').slice(0, 24)
}
