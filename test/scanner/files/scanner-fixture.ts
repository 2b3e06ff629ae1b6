import type { AllowListInput } from '../../../src/scanner/allow-list.ts'
import { DEFAULT_SCANNER_CONFIG } from '../../../src/scanner/config.ts'
import { joinAllowLists } from '../../../src/scanner/dynamic/user-rules.ts'
import { DEFAULT_ARCHIVE_LIMITS } from '../../../src/scanner/files/archive.ts'
import { type FileScanSettings, makeFileScanner } from '../../../src/scanner/files/engine-settings.ts'
import { newTotals } from '../../../src/scanner/files/file-finding.ts'
import type { FileScanner } from '../../../src/scanner/files/file-scanner.ts'

/** A token in GitHub's form, made up; assembled so that no scanner takes this file for a leak. */
export const tokenOf = (seed: number): string => {
  let state = seed * 7919 + 13
  let body = ''
  for (let i = 0; i < 36; i++) {
    state = (state * 48271) % 2147483647
    body += 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'[state % 62]!
  }
  return `gh${'p_'}${body}`
}

export const settingsWith = (
  more: Partial<FileScanSettings> & { allowed?: AllowListInput } = {},
): FileScanSettings => {
  const { allowed, ...rest } = more
  return {
    config: DEFAULT_SCANNER_CONFIG,
    userRules: [],
    allow: joinAllowLists(allowed === undefined ? [] : [allowed]),
    fingerprintKey: new Uint8Array(32).fill(5),
    honeytokens: null,
    binary: false,
    reveal: false,
    inlineIgnore: true,
    paths: { maxFileBytes: 0, archives: DEFAULT_ARCHIVE_LIMITS },
    ...rest,
  }
}

const made = new Map<string, FileScanner>()

/** A scanner with its own totals; the default one is made once. */
export function scannerWith(more: Parameters<typeof settingsWith>[0] = {}): FileScanner {
  const key = JSON.stringify(more)
  const known = made.get(key)
  if (known !== undefined) {
    Object.assign(known.totals, newTotals())
    return known
  }
  const scanner = makeFileScanner(settingsWith(more), newTotals())
  made.set(key, scanner)
  return scanner
}
