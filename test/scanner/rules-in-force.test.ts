import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scannerConfig } from '../../src/scanner/config.ts'
import { ScanEngine } from '../../src/scanner/engine.ts'
import { allowInForce, rulesInForce } from '../../src/scanner/rules-in-force.ts'
import { matchesIn } from './scan-text.ts'

const ACME = { id: 'acme-key', pattern: 'acme_[a-z0-9]{12}', severity: 'Venial', description: 'Acme key' }
const engineOf = (config: ReturnType<typeof scannerConfig.parse>) =>
  new ScanEngine({ config, rules: rulesInForce(config, []), fingerprintKey: new Uint8Array(32) })

test('a rule of the configuration finds what it says, beside the built-in ones', () => {
  const config = scannerConfig.parse({ rules: [ACME] })
  const [match] = matchesIn(`deploy acme_${'q8w2n5z7k1x3'} done`, {}, engineOf(config))
  assert.deepEqual([match?.rule.id, match?.rule.severity], ['acme-key', 'venial'])
  assert.ok(rulesInForce(config, []).length > 500)
})

test('a rule takes the place of a built-in one of its name', () => {
  const config = scannerConfig.parse({ rules: [{ ...ACME, id: 'github-pat' }] })
  const rules = rulesInForce(config, []).filter((rule) => rule.id === 'github-pat')
  assert.deepEqual(
    rules.map((rule) => rule.provider),
    ['your rules'],
  )
})

test('rules for personal data are in force only when asked for', () => {
  const has = (personalData: boolean): boolean =>
    rulesInForce(scannerConfig.parse({ personalData }), []).some((rule) => rule.id === 'iban')
  assert.deepEqual([has(false), has(true)], [false, true])
})

test('a wrong rule of the configuration is refused with its path', () => {
  const { error } = scannerConfig.safeParse({ rules: [{ ...ACME, pattern: 'acme_(' }] })
  assert.deepEqual(error?.issues[0]?.path, ['rules', 0, 'pattern'])
})

test('allow lists of the configuration and of files are put together', () => {
  const config = scannerConfig.parse({ allow: { rules: ['jwt'] } })
  assert.deepEqual(allowInForce(config, [{ rules: ['iban'], paths: ['x/'] }]).rules, ['jwt', 'iban'])
})
