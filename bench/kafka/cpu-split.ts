import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where a profiled daemon's main thread spends its time, as shares of what is not idle. */

interface Frame {
  readonly functionName: string
  readonly url: string
}

interface Profile {
  readonly nodes: readonly { id: number; callFrame: Frame; children?: readonly number[] }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

/** First match wins. What node and WebAssembly do counts for whoever called them. */
const PARTS: readonly (readonly [name: string, path: RegExp])[] = [
  ['inflating', /\/src\/ingest\/(compression\/|kafka\/(kafkajs-codecs|slabs))/],
  ['detectors', /\/src\/detectors\//],
  ['scanner', /\/src\/scanner\//],
  ['decoding', /\/src\/(columns|ingest\/(otlp|file))\//],
  ['receiver and queue', /\/src\/(ingest\/kafka|pipeline)\//],
  ['checkpoints', /\/src\/state\//],
  ['findings and metrics', /\/src\/(sinks|telemetry|server|core)\/|prom-client|fastify|pino/],
  ['client', /kafkajs|rdkafka|lz4|snappy/],
]
const COLLECTOR = '(garbage collector)'
const IDLE = '(idle)'
/** Sockets, timers: nobody called them. */
const LOOP = 'client'
/** What the first messages come through; what is before is start-up, and the first half of what follows warms up. */
const FIRST = /kafkajs\/src\/protocol\/(requests\/fetch|recordBatch)\/|\/src\/ingest\/kafka\/message-batches/

/** @param folder the daemon's `--cpu-prof-dir` */
export function cpuSplit(folder: string): Record<string, number> {
  const file = readdirSync(folder).find((name) => name.endsWith('.cpuprofile'))
  if (file === undefined) throw new Error('the daemon wrote no profile')
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Profile
  const frames = new Map(nodes.map((node) => [node.id, node.callFrame]))
  const parents = new Map(nodes.flatMap(({ id, children }) => (children ?? []).map((child) => [child, id])))
  const partOf = (id: number): string => {
    const { functionName } = frames.get(id)!
    if (functionName === COLLECTOR || functionName === IDLE) return functionName
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const { url } = frames.get(at)!
      const part = PARTS.find(([, path]) => path.test(url))
      if (part !== undefined) return part[0]
    }
    return LOOP
  }
  const first = samples.findIndex((id) => FIRST.test(frames.get(id)!.url))
  const spent = new Map<string, number>()
  for (let i = Math.floor((Math.max(0, first) + samples.length) / 2); i < samples.length; i++) {
    const part = partOf(samples[i]!)
    spent.set(part, (spent.get(part) ?? 0) + timeDeltas[i]!)
  }
  spent.delete(IDLE)
  const busy = [...spent.values()].reduce((sum, t) => sum + t, 0)
  const shares = [...spent]
    .sort((a, b) => b[1] - a[1])
    .map(([part, t]) => [part, Number((t / busy).toFixed(3))])
  return Object.fromEntries(shares) as Record<string, number>
}
