import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { LiveRules } from '../../src/app/live-rules.ts'
import { Meter } from '../../src/telemetry/meter.ts'
import { memoryLogger } from '../support/silent-logger.ts'

const folder = mkdtempSync(join(tmpdir(), 'telltale-live-'))
after(() => rmSync(folder, { recursive: true, force: true }))

test('rules of the folder are there at start, and what is wrong with a file is logged with its place', () => {
  writeFileSync(
    join(folder, 'a.yaml'),
    'id: acme\npattern: acme-[0-9]+\nseverity: mortal\ndescription: Acme\n',
  )
  writeFileSync(join(folder, 'b.yaml'), 'id: [\n')
  const logger = memoryLogger()
  const rules = new LiveRules({ folder, env: {}, logger, meter: new Meter(), onChange: () => {} })
  assert.deepEqual(
    rules.current.rules.map((rule) => rule.id),
    ['acme'],
  )
  assert.ok(logger.lines.some((line) => /b\.yaml:\d+:\d+: /.test(line)))
})

test('it stops before it started, and twice', async () => {
  const rules = new LiveRules({
    folder,
    env: {},
    logger: memoryLogger(),
    meter: new Meter(),
    onChange: () => {},
  })
  await rules.stop()
  await rules.start()
  await rules.stop()
})
