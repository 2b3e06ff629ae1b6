import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadScenario } from '../../src/cli/scenario-file.ts'
import { simulateCommand } from '../../src/cli/simulate.ts'
import { TelltaleError } from '../../src/core/errors.ts'
import { PRESETS } from '../../src/simulate/scenario.ts'

const folder = (): string => mkdtempSync(join(tmpdir(), 'telltale-simulate-'))

test('simulate writes the same file again for the same seed, and the truth without a secret', async () => {
  const dir = folder()
  const run = async (name: string, seed: string): Promise<string> => {
    const args = [
      '-s',
      'mixed',
      '-d',
      '60s',
      '-r',
      '50',
      '--start',
      '2026-01-05T09:00:00Z',
      '-q',
      '--seed',
      seed,
    ]
    const files = ['--out', join(dir, name), '--truth', join(dir, `${name}.truth`)]
    await simulateCommand().parseAsync([...args, ...files], { from: 'user' })
    return readFileSync(join(dir, name), 'utf8')
  }
  const first = await run('a', '7')
  assert.equal(await run('b', '7'), first)
  assert.notEqual(await run('c', '8'), first)
  for (const line of first.trimEnd().split('\n')) {
    assert.match(Object.keys(JSON.parse(line)).join(), /^resource(Logs|Spans|Metrics)$/)
  }
  const truth = JSON.parse(readFileSync(join(dir, 'a.truth'), 'utf8'))
  assert.equal(truth.windows.length, 7)
  assert.equal(truth.seed, 7)
  rmSync(dir, { recursive: true })
})

test('a scenario file changes what it names and lists every problem it has', () => {
  const dir = folder()
  const path = join(dir, 's.yaml')
  writeFileSync(path, 'like: outage\nduration: 5m\nhappenings:\n  - { kind: port-scan, at: 0.5, for: 0.1 }\n')
  const scenario = loadScenario(path)
  assert.equal(scenario.durationMs, 300_000)
  assert.deepEqual(scenario.happenings, [{ kind: 'port-scan', at: 0.5, for: 0.1 }])
  assert.equal(scenario.perSecond, PRESETS.outage.perSecond)
  writeFileSync(path, 'duration: soon\nhappenings:\n  - { kind: rain, at: 2, for: 0.1 }\n')
  assert.throws(
    () => loadScenario(path),
    (e: unknown) => e instanceof TelltaleError && e.code === 'CONFIG_INVALID' && e.detail.length === 3,
  )
  assert.throws(() => loadScenario('nothing-here'), { code: 'INPUT_UNREADABLE' })
  rmSync(dir, { recursive: true })
})
