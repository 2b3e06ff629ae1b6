import { join } from 'node:path'
import { cachedTool, run, type Tool } from './tool-cache.ts'

/** The OpenTelemetry Python SDK with its OTLP exporters, installed by pip into node_modules/.cache. */

const VERSION = '1.45.2'
const INSTALL_MS = 180_000
const SEND_MS = 60_000

/** @returns where the packages are, or why there are none */
export async function pythonClient(): Promise<Tool> {
  try {
    await run('python3', ['-m', 'pip', '--version'], { timeout: 20_000 })
  } catch {
    return { skip: 'python3 with pip is not on this machine' }
  }
  return cachedTool(`python-otlp-${VERSION}`, INSTALL_MS + 10_000, async (folder) => {
    const what = `opentelemetry-exporter-otlp==${VERSION}`
    const args = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--target', folder, what]
    await run('python3', args, { timeout: INSTALL_MS })
  })
}

export interface PythonSend {
  readonly protocol: 'http' | 'grpc'
  /** host:port */
  readonly endpoint: string
  /** Logs, spans and metric points: so many of each. */
  readonly count: number
  readonly compression?: 'none' | 'gzip'
}

/** Sends logs, spans and metric points. Rejects, with what the exporter logged, when anything was not taken. */
export async function pythonSend(client: { readonly path: string }, send: PythonSend): Promise<void> {
  const script = join(import.meta.dirname, 'otlp-client.py')
  const args = [script, send.protocol, send.endpoint, String(send.count), send.compression ?? 'none']
  await run('python3', args, { timeout: SEND_MS, env: { ...process.env, PYTHONPATH: client.path } })
}
