import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from './daemon.ts'

/** Why tests with a real Prometheus are skipped, or false. */
export function prometheusMissing(): string | false {
  try {
    execFileSync('prometheus', ['--version'], { stdio: 'ignore' })
    return false
  } catch {
    return 'no Prometheus on this machine (Debian: prometheus)'
  }
}

export interface PrometheusSettings {
  /** host:port to scrape as job `telltale` */
  readonly target: string
  readonly rules?: readonly string[]
  /** host:port of an Alertmanager */
  readonly alertmanager?: string
}

export interface Sample {
  readonly metric: Record<string, string>
  readonly value: readonly [number, string]
}

/** A real Prometheus on loopback that scrapes every 500 ms. */
export class Prometheus {
  readonly #port: number
  readonly #process: ChildProcess

  private constructor(port: number, process: ChildProcess) {
    this.#port = port
    this.#process = process
  }

  static async start(
    dir: string,
    { target, rules = [], alertmanager }: PrometheusSettings,
  ): Promise<Prometheus> {
    const config = {
      global: { scrape_interval: '500ms', evaluation_interval: '500ms' },
      rule_files: rules,
      scrape_configs: [{ job_name: 'telltale', static_configs: [{ targets: [target] }] }],
      ...(alertmanager !== undefined && {
        alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager] }] }] },
      }),
    }
    const file = join(dir, 'prometheus.yml')
    writeFileSync(file, JSON.stringify(config))
    const port = await freePort()
    const child = spawn(
      'prometheus',
      [
        `--config.file=${file}`,
        `--storage.tsdb.path=${join(dir, 'tsdb')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--enable-feature=exemplar-storage',
      ],
      { stdio: 'ignore' },
    )
    const started = new Prometheus(port, child)
    for (let i = 0; i < 300; i++) {
      const ready = await fetch(`http://127.0.0.1:${port}/-/ready`).catch(() => null)
      if (ready?.ok === true) return started
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error('Prometheus does not become ready')
  }

  /** An instant query; throws what Prometheus says of a bad one. */
  async query(expression: string): Promise<Sample[]> {
    const url = `http://127.0.0.1:${this.#port}/api/v1/query?query=${encodeURIComponent(expression)}`
    const answer = (await (await fetch(url)).json()) as {
      status: string
      error?: string
      data?: { result: Sample[] }
    }
    if (answer.status !== 'success') throw new Error(`${expression}: ${answer.error}`)
    return answer.data!.result
  }

  /** Exemplars of the last minute, by their labels. */
  async exemplars(selector: string): Promise<Record<string, string>[]> {
    const nowS = Date.now() / 1000
    const range = `start=${nowS - 60}&end=${nowS + 60}`
    const url = `http://127.0.0.1:${this.#port}/api/v1/query_exemplars?query=${encodeURIComponent(selector)}&${range}`
    const { data } = (await (await fetch(url)).json()) as {
      data: { exemplars: { labels: Record<string, string> }[] }[]
    }
    return data.flatMap((series) => series.exemplars.map((e) => e.labels))
  }

  async stop(): Promise<void> {
    const closed = once(this.#process, 'close')
    this.#process.kill('SIGTERM')
    await closed
  }
}
