import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from './daemon.ts'

const NAMES = ['prometheus-alertmanager', 'alertmanager']

/** The Alertmanager binary of this machine (Debian names it `prometheus-alertmanager`), or null. */
export function alertmanagerBinary(): string | null {
  for (const name of NAMES) {
    try {
      execFileSync(name, ['--version'], { stdio: 'ignore' })
      return name
    } catch {
      // the next name
    }
  }
  return null
}

/** A real Alertmanager on loopback that notifies a webhook at once. */
export class Alertmanager {
  readonly #binary: string
  readonly #dir: string
  readonly #port: number
  #process: ChildProcess | null = null

  private constructor(binary: string, dir: string, port: number) {
    this.#binary = binary
    this.#dir = dir
    this.#port = port
  }

  static async make(binary: string, dir: string, webhookUrl: string): Promise<Alertmanager> {
    const config = {
      route: {
        receiver: 'hook',
        group_by: ['...'],
        group_wait: '100ms',
        group_interval: '300ms',
        repeat_interval: '1h',
      },
      receivers: [{ name: 'hook', webhook_configs: [{ url: webhookUrl, send_resolved: true }] }],
    }
    writeFileSync(join(dir, 'alertmanager.yml'), JSON.stringify(config))
    return new Alertmanager(binary, dir, await freePort())
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  async start(): Promise<void> {
    this.#process = spawn(
      this.#binary,
      [
        `--config.file=${join(this.#dir, 'alertmanager.yml')}`,
        `--storage.path=${join(this.#dir, 'data')}`,
        `--web.listen-address=127.0.0.1:${this.#port}`,
        '--cluster.listen-address=',
      ],
      { stdio: 'ignore' },
    )
    for (let i = 0; i < 200; i++) {
      const ready = await fetch(`${this.url}/-/ready`).catch(() => null)
      if (ready?.ok === true) return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error('Alertmanager does not become ready')
  }

  async stop(): Promise<void> {
    const running = this.#process
    this.#process = null
    if (running === null) return
    const closed = once(running, 'close')
    running.kill('SIGTERM')
    await closed
  }

  /** Labels of the alerts that fire now. */
  async firing(): Promise<Record<string, string>[]> {
    const response = await fetch(`${this.url}/api/v2/alerts?active=true`).catch(() => null)
    if (response === null) return []
    const alerts = (await response.json()) as { labels: Record<string, string> }[]
    return alerts.map((a) => a.labels)
  }
}
