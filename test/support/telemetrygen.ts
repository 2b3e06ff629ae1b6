import { join } from 'node:path'
import { cachedTool, run, type Tool } from './tool-cache.ts'

/** telemetrygen of the OpenTelemetry Collector, a grpc-go client, built from Go modules into node_modules/.cache. */

const MODULE = 'github.com/open-telemetry/opentelemetry-collector-contrib/cmd/telemetrygen'
const VERSION = 'v0.161.0'
const BUILD_MS = 300_000
const SEND_MS = 60_000

/** @returns the folder that holds the binary, or why there is none */
export async function telemetrygen(): Promise<Tool> {
  try {
    await run('go', ['version'], { timeout: 20_000 })
  } catch {
    return { skip: 'go is not on this machine' }
  }
  return cachedTool(`telemetrygen-${VERSION}`, BUILD_MS + 10_000, async (folder) => {
    await run('go', ['install', `${MODULE}@${VERSION}`], {
      timeout: BUILD_MS,
      env: { ...process.env, GOBIN: folder },
    })
  })
}

export interface TelemetrygenSend {
  readonly signal: 'logs' | 'traces' | 'metrics'
  readonly protocol: 'http' | 'grpc'
  /** host:port */
  readonly endpoint: string
  /** Records; for traces, traces of two spans each: past about 1,000 its own queue overflows and drops, unless --rate. */
  readonly count: number
  /** Further flags. */
  readonly flags?: readonly string[]
}

/** Sends and waits; rejects when an export failed. */
export async function telemetrygenSend(
  tool: { readonly path: string },
  { signal, protocol, endpoint, count, flags = [] }: TelemetrygenSend,
): Promise<void> {
  const transport = protocol === 'http' ? ['--otlp-http'] : []
  const args = [
    signal,
    '--otlp-endpoint',
    endpoint,
    '--otlp-insecure',
    ...transport,
    `--${signal}`,
    String(count),
    '--rate',
    '0',
  ]
  await run(join(tool.path, 'telemetrygen'), [...args, ...flags], { timeout: SEND_MS })
}
