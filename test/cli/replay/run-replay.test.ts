import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { LabelScorer } from '../../../src/cli/replay/label-scores.ts'
import { readReplayState, writeReplayState } from '../../../src/cli/replay/replay-state.ts'
import { DEFAULT_ROW_COLUMNS, parseRowColumns, RowsOut } from '../../../src/cli/replay/rows-out.ts'
import { type Replayed, type ReplayStages, runReplay } from '../../../src/cli/replay/run-replay.ts'
import { TextOut } from '../../../src/cli/replay/text-out.ts'
import { KeyTable } from '../../../src/columns/key-table.ts'
import type { DetectorStage } from '../../../src/columns/stage.ts'
import type { AnomalyFinding } from '../../../src/core/finding.ts'
import { DONE } from '../../../src/core/outcome.ts'
import { openInput } from '../../../src/ingest/file/open-input.ts'

/** Opens a finding at every value over 100, and alerts on it; its state is how many rows it saw. */
function thresholdStages(): ReplayStages {
  let seen = 0
  const detectors: DetectorStage = {
    observe(batch, emit, rows) {
      for (let row = 0; row < batch.count; row++) {
        const value = batch.value[row]!
        if (rows !== undefined) {
          rows.score[row] = value
          rows.alert[row] = value > 100 ? 1 : 0
        }
        seen++
        const { stream, offset } = batch.position(row)
        if (value > 100)
          emit({ ...FINDING, id: `${stream}:${offset}:${seen}`, detectedMs: batch.timeMs[row]! })
      }
    },
    tick() {},
    openFindings: () => [],
    bands: () => [],
    survey() {
      throw new Error('not asked for in replay')
    },
    snapshot: () => new Uint8Array(Float64Array.of(seen).buffer),
    readState() {
      throw new Error('not asked for in replay')
    },
    restore(bytes) {
      seen = new Float64Array(bytes.slice().buffer)[0]!
    },
    status: () => {
      throw new Error('not asked')
    },
  }
  const scanner = { *scan() {}, mask: (text: string) => text }
  return { keys: new KeyTable(1), decodeOtlp: () => DONE, detectors, scanner, setTime() {} }
}

const FINDING: AnomalyFinding = {
  id: '',
  kind: 'anomaly',
  state: 'open',
  startMs: 0,
  detectedMs: 0,
  endMs: null,
  severity: 'warning',
  score: 1,
  summary: '',
  fingerprint: '',
  source: { stream: '', offset: 0, row: 0 },
  traceId: null,
  spanId: null,
  profile: 'service',
  series: { 'service.name': 'a' },
  detectors: [],
  curve: null,
}

interface Run {
  ids: string[]
  seen: Replayed
}

async function replay(
  stages: ReplayStages,
  texts: readonly string[],
  extra: { rows?: RowsOut; labels?: LabelScorer; columns?: readonly string[]; lines?: number } = {},
): Promise<Run> {
  const ids: string[] = []
  const inputs = await Promise.all(texts.map((t) => openInput('-', Readable.from([Buffer.from(t)]))))
  const seen = await runReplay(stages, {
    inputs,
    name: 'n',
    file: {
      format: 'auto',
      fields: {},
      columns: null,
      headerBefore: extra.columns ?? null,
      linesBefore: extra.lines ?? 0,
      year: 2000,
      timePattern: null,
    },
    emit: (f) => ids.push(f.id),
    rows: extra.rows ?? null,
    labels: extra.labels ?? null,
    onBatch: async () => {},
  })
  return { ids, seen }
}

test('the row file has a line for each input row in input order, malformed rows too', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'telltale-')), 'rows.csv')
  for (const [columns, expected] of [
    [
      DEFAULT_ROW_COLUMNS,
      'time,series,score,alert\n2026-01-01,"a,b",5,0\nnonsense,x,0,0\n2026-01-02,c,101.123,1\n',
    ],
    [parseRowColumns('label,score'), 'label,score\n1,5\n0,0\n,101.123\n'],
  ] as const) {
    const out = new TextOut(path)
    const { seen } = await replay(
      thresholdStages(),
      ['time,service,value,label\n2026-01-01,"a,b",5,1\nnonsense,x,7,0\n2026-01-02,c,101.1234567,\n'],
      { rows: new RowsOut(out, columns) },
    )
    await out.close()
    assert.equal(readFileSync(path, 'utf8'), expected)
    assert.equal(seen.malformed, 1)
    assert.deepEqual(seen.examples, [{ input: 'stdin', line: 3, problem: 'no readable time' }])
  }
  assert.throws(() => parseRowColumns('score,nope'), /not nope/)
})

test('a file cut between any two rows and resumed gives the findings of one run', async () => {
  const header = 'time,value\n'
  const rows = Array.from({ length: 40 }, (_, i) => `${1_700_000_000 + i},${i % 7 === 3 ? 200 : i}\n`)
  const whole = (await replay(thresholdStages(), [header + rows.join('')])).ids
  const path = join(mkdtempSync(join(tmpdir(), 'telltale-')), 'state')
  for (const cut of [1, 13, 39]) {
    const first = thresholdStages()
    const head = await replay(first, [header + rows.slice(0, cut).join('')])
    const { columns } = head.seen
    writeReplayState(path, {
      name: 'n',
      rows: cut,
      lines: head.seen.lines,
      timeMs: 5,
      columns,
      detectors: first.detectors.snapshot(),
    })
    // with the header again, and without
    for (const again of [header, '']) {
      const state = readReplayState(path)
      assert.deepEqual(
        [state.name, state.rows, state.timeMs, state.columns],
        ['n', cut, 5, ['time', 'value']],
      )
      const second = thresholdStages()
      second.detectors.restore(state.detectors)
      const tail = await replay(second, [again + rows.slice(cut).join('')], {
        columns: state.columns!,
        lines: state.lines,
      })
      assert.deepEqual([...head.ids, ...tail.ids], whole)
    }
  }
})

test('a damaged snapshot is refused', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'telltale-')), 'state')
  writeReplayState(path, {
    name: 'n',
    rows: 1,
    lines: 1,
    timeMs: 1,
    columns: null,
    detectors: new Uint8Array(9),
  })
  assert.throws(() => readReplayState(`${path}.not`), { code: 'INPUT_UNREADABLE' })
  const bytes = readFileSync(path)
  bytes[bytes.length - 1]! ^= 1
  writeFileSync(path, bytes)
  assert.throws(() => readReplayState(path), { code: 'STATE_DAMAGED' })
})

test('labels in the rows give windows, delays, false alarms and row scores', async () => {
  const labels = new LabelScorer(null)
  const minute = (m: number, service: string, value: number, label: number, window: string) =>
    `${1_700_000_000 + 60 * m},${service},${value},${label},${window}\n`
  await replay(
    thresholdStages(),
    [
      'time,service,value,label,window\n' +
        minute(0, 'a', 1, 0, '') +
        minute(1, 'a', 5, 1, 'w1') +
        minute(2, 'a', 500, 1, 'w1') +
        minute(3, 'b', 5, 1, 'w2') +
        minute(30, 'a', 500, 0, '') +
        minute(1440, 'b', 1, 0, ''),
    ],
    { labels },
  )
  const s = labels.scores()
  assert.deepEqual(
    [s.found, s.windows, s.missed, s.medianSeconds, s.falseAlarms, s.seriesDays],
    [1, 2, ['w2'], 60, 1, 2],
  )
  assert.equal(s.rows.precision, 1 / 2)
  assert.equal(s.rows.recall, 1 / 3)
})
