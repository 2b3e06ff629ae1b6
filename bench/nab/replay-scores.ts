import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { RowsOut } from '../../src/cli/replay/rows-out.ts'
import { runReplay } from '../../src/cli/replay/run-replay.ts'
import { makeStages } from '../../src/cli/replay/stages.ts'
import { TextOut } from '../../src/cli/replay/text-out.ts'
import { openInput } from '../../src/ingest/file/open-input.ts'
import type { NabFile } from './files.ts'

/** Replays one file from a cold start, with no configuration. @returns one score a row; also written to `outDir` */
export async function replayScores(file: NabFile, outDir: string): Promise<number[]> {
  const path = join(outDir, file.name)
  mkdirSync(dirname(path), { recursive: true })
  const out = new TextOut(path)
  await runReplay(makeStages(undefined), {
    inputs: [await openInput(file.path)],
    name: null,
    file: { format: 'auto', fields: {}, columns: null, year: 2000, timePattern: null },
    emit: () => {},
    rows: new RowsOut(out, ['time', 'value', 'score']),
    labels: null,
    onBatch: () => out.drain(),
  })
  await out.close()
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n').slice(1)
  return lines.map((line) => Number(line.slice(line.lastIndexOf(',') + 1)))
}
