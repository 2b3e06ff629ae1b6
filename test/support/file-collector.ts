import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { collectorBinary, collectorMissing } from './collector-binary.ts'
import { freePort } from './daemon.ts'

export interface RunningCollector {
  /** Base address of its OTLP/HTTP receiver. */
  readonly url: string
  /** What it wrote, once `done` holds and it wrote something. */
  lines(done: () => boolean): Promise<string[]>
  stop(): Promise<void>
}

/** An OpenTelemetry Collector (otlpreceiver, fileexporter) that writes the logs it receives to a file. */
export function fileCollector(): {
  readonly skip: string | false
  readonly start: (dir: string) => Promise<RunningCollector>
} {
  return { skip: collectorMissing('file'), start }
}

async function start(dir: string): Promise<RunningCollector> {
  const port = await freePort()
  const out = join(dir, 'logs.jsonl')
  const config = {
    receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${port}` } } } },
    exporters: { file: { path: out, flush_interval: '50ms' } },
    service: {
      telemetry: { metrics: { level: 'none' } },
      pipelines: { logs: { receivers: ['otlp'], exporters: ['file'] } },
    },
  }
  const file = join(dir, 'config.yaml')
  writeFileSync(file, JSON.stringify(config))
  const child = spawn(collectorBinary('file'), ['--config', file], { stdio: 'ignore' })
  return {
    url: `http://127.0.0.1:${port}`,
    async lines(done) {
      for (let i = 0; i < 300; i++) {
        const text = existsSync(out) ? readFileSync(out, 'utf8').trim() : ''
        if (done() && text !== '') return text.split('\n')
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      throw new Error('the Collector wrote nothing')
    },
    async stop() {
      const closed = once(child, 'close')
      child.kill('SIGTERM')
      await closed
    },
  }
}
