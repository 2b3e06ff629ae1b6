import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

/** One file of the Numenta Anomaly Benchmark. */
export interface NabFile {
  /** `realTweets/Twitter_volume_FB.csv` */
  readonly name: string
  readonly path: string
  readonly timeMs: Float64Array
  readonly value: Float64Array
  /** First and last row of each anomaly window. */
  readonly windows: readonly (readonly [number, number])[]
}

const seconds = (time: string): string => time.split('.')[0]!

/** @param dir the benchmark's folder, with `data/` and `windows.json` */
export function readNab(dir: string): NabFile[] {
  const windows = JSON.parse(readFileSync(join(dir, 'windows.json'), 'utf8')) as Record<
    string,
    [string, string][]
  >
  return Object.keys(windows).map((name) => {
    const path = join(dir, 'data', `${name}.gz`)
    const rows = gunzipSync(readFileSync(path)).toString().trim().split('\n').slice(1)
    const times = rows.map((row) => seconds(row.split(',')[0]!))
    return {
      name,
      path,
      timeMs: Float64Array.from(times, (t) => Date.parse(`${t.replace(' ', 'T')}Z`)),
      value: Float64Array.from(rows, (row) => Number(row.split(',')[1])),
      windows: windows[name]!.map(
        ([a, b]) => [times.indexOf(seconds(a)), times.indexOf(seconds(b))] as const,
      ),
    }
  })
}
