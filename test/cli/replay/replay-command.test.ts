import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { seededRandom } from '../../../src/core/clock.ts'

const TELLTALE = join(import.meta.dirname, '../../../bin/telltale')
const dir = mkdtempSync(join(tmpdir(), 'telltale-replay-'))
const at = (name: string) => join(dir, name)
const HEADER = 'time_ms,service,subject,value,status,label,window\n'
const START_MS = 1_760_000_000_000

function replay(args: readonly string[], input = '') {
  const { status, stdout, stderr } = spawnSync(TELLTALE, ['replay', ...args], { input, encoding: 'utf8' })
  return { status, stdout, stderr }
}

/** Two services, 4 rows a second for 40 minutes; from minute 30 on, `cart` is slow for five minutes. */
function shop(): string[] {
  const random = seededRandom(11)
  const rows: string[] = []
  for (let t = 0; t < 2_400_000; t += -Math.log(1 - random()) * 125) {
    const cart = random() < 0.5
    const slow = cart && t > 1_800_000 && t < 2_100_000
    const ms = Math.exp(4 + 0.3 * (random() + random() - 1)) * (slow ? 6 : 1)
    rows.push(
      `${(START_MS + t).toFixed(3)},${cart ? 'cart' : 'search'},10.0.0.${Math.floor(random() * 50)},${ms.toFixed(2)},200,${slow ? '1,w' : '0,'}\n`,
    )
  }
  return rows
}

const rows = shop()

test('a slow spell is found, scored against labels, and the same bytes come out every time', () => {
  writeFileSync(at('shop.csv.gz'), gzipSync(HEADER + rows.join('')))
  const outputs = ['a', 'b'].map((run) => {
    const flags = ['--labels', '--findings', at(`${run}.jsonl`), '--rows', at(`${run}.csv`)]
    const { status, stdout, stderr } = replay([at('shop.csv.gz'), ...flags])
    assert.equal(status, 0, stderr)
    assert.match(stdout, /windows +1 of 1 found/)
    assert.match(stdout, /false alarms +0:/)
    return readFileSync(at(`${run}.jsonl`), 'utf8') + readFileSync(at(`${run}.csv`), 'utf8')
  })
  assert.equal(outputs[0], outputs[1])
  const finding = JSON.parse(readFileSync(at('a.jsonl'), 'utf8').split('\n')[0]!) as Record<string, unknown>
  assert.equal(finding['kind'], 'anomaly')
  assert.deepEqual(finding['series'], { 'service.name': 'cart' })
  const rowsOut = readFileSync(at('a.csv'), 'utf8').trimEnd().split('\n')
  assert.equal(rowsOut.length, rows.length + 1)
  assert.equal(rowsOut[0], 'time,series,score,alert')
  assert.equal(rowsOut[7]!.split(',')[0], rows[6]!.split(',')[0])
})

test('a file cut in the middle of an episode and resumed says what one run says', () => {
  const whole = replay(['--name', 'shop', '--findings', '-'], HEADER + rows.join(''))
  const cut = rows.findIndex((row) => row.endsWith(',w\n')) + 200
  const first = replay(
    ['--name', 'shop', '--findings', '-', '--snapshot', at('snapshot')],
    HEADER + rows.slice(0, cut).join(''),
  )
  const second = replay(['--resume', at('snapshot'), '--findings', '-'], rows.slice(cut).join(''))
  assert.equal(second.status, 0, second.stderr)
  const found = (text: string) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => {
        const { source: _, ...rest } = JSON.parse(line) as Record<string, unknown>
        return rest
      })
  assert.ok(first.stdout.length > 0 && second.stdout.length > 0)
  assert.deepEqual(found(first.stdout + second.stdout), found(whole.stdout))
})

test('a leaked key in a log line is found and never shown', () => {
  const key = `AKIA${'QWERTYUIOPASDFGH'.split('').reverse().join('')}`
  const { stdout } = replay(['-'], `2026-01-01T00:00:00Z INFO using aws key ${key} for upload\n`)
  assert.match(stdout, /"kind":"secret"/)
  assert.ok(!stdout.includes(key))
})

test('what cannot be read is said in a line, with what to do next', () => {
  const missing = replay([at('nowhere.csv')])
  assert.equal(missing.status, 66)
  assert.match(missing.stderr, /cannot read .*nowhere\.csv: ENOENT/)
  const noTime = replay(['--format', 'csv', '-'], 'a,b\n1,2\n')
  assert.equal(noTime.status, 64)
  assert.match(noTime.stderr, /--time COLUMN/)
  const nothing = replay(['-'], 'just words\n')
  assert.equal(nothing.status, 66)
  assert.match(nothing.stderr, /line 1: no readable time/)
})
