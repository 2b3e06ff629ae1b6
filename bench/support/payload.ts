import { type Random, seededRandom } from '../../src/core/clock.ts'
import { OTLP } from '../../test/support/otlp-proto.ts'

/**
 * Log traffic that looks like production, for every benchmark that needs OTLP bytes: seeded, keys by the OpenTelemetry
 * semantic conventions, nine attributes and about 400 bytes a record in protobuf. Credentials are made up on the spot.
 */
export interface PayloadShape {
  readonly seed: number
  readonly records: number
  /** Distinct pairs of service.name and http.route. Default 10,000: 100 services of 100 routes. */
  readonly series?: number
  /** Share of bodies with a URL. Default 0.1. */
  readonly urls?: number
  /** Share of bodies with a secret. Default 0.005. */
  readonly secrets?: number
  /** Services in one request, each a resource of its own. Default 8, as behind a collector. */
  readonly resources?: number
  /** Event time of the first record, ms since epoch. Default 2026-01-01. */
  readonly startMs?: number
  /** Mean distance between records, ms. Default 1. */
  readonly stepMs?: number
}

type Value = { stringValue: string } | { intValue: number } | { doubleValue: number } | { boolValue: boolean }
interface KeyValue {
  key: string
  value: Value
}
export interface LogRecord {
  timeUnixNano: string
  observedTimeUnixNano: string
  severityNumber: number
  severityText: string
  body: Value
  attributes: KeyValue[]
  traceId: string
  spanId: string
  flags: number
}
/** An ExportLogsServiceRequest as OTLP/JSON spells it. */
export interface LogsRequest {
  resourceLogs: {
    resource: { attributes: KeyValue[] }
    scopeLogs: { scope: { name: string; version: string }; logRecords: LogRecord[] }[]
  }[]
}

const str = (key: string, value: string): KeyValue => ({ key, value: { stringValue: value } })
const int = (key: string, value: number): KeyValue => ({ key, value: { intValue: value } })
const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)]!
const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const letters = (random: Random, length: number, from: string): string =>
  Array.from({ length }, () => from[Math.floor(random() * from.length)]).join('')
const hex = (random: Random, digits: number): string => letters(random, digits, '0123456789abcdef')

const SERVICES = [
  'checkout',
  'cart',
  'payment',
  'catalog',
  'search',
  'login',
  'shipping',
  'ledger',
  'mail',
  'quota',
]
const NOUNS = [
  'orders',
  'items',
  'users',
  'carts',
  'invoices',
  'sessions',
  'refunds',
  'prices',
  'coupons',
  'stock',
]
const VERBS = ['list', 'detail', 'update', 'create', 'remove', 'export', 'import', 'verify', 'merge', 'audit']
const METHODS = ['GET', 'GET', 'GET', 'POST', 'PUT', 'DELETE']
const STATUSES = [200, 200, 200, 200, 200, 201, 204, 304, 404, 500]
const AGENTS = [
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/131.0.0.0',
  'okhttp/4.12.0',
  'python-requests/2.32.3',
  'Go-http-client/2.0',
]

const serviceName = (n: number): string =>
  `${SERVICES[n % 10]}-${String(Math.floor(n / 10)).padStart(2, '0')}`
const route = (n: number): string =>
  `/api/v${1 + (n % 2)}/${NOUNS[n % 10]}/{id}/${VERBS[Math.floor(n / 10) % 10]}`

/** Log bodies of an ordinary web service. */
function plainBody(random: Random, method: string, path: string, status: number, ms: number): string {
  switch (Math.floor(random() * 4)) {
    case 0:
      return `${method} ${path} completed with ${status} in ${ms.toFixed(1)} ms`
    case 1:
      return `request finished route=${path} status=${status} duration_ms=${ms.toFixed(2)} cache=miss`
    case 2:
      return `user ${Math.floor(random() * 1e5)} loaded ${Math.floor(random() * 90)} rows from replica-${Math.floor(random() * 4)}`
    default:
      return `handled ${method} on worker ${Math.floor(random() * 16)}, queue length ${Math.floor(random() * 50)}, gc 0.4 ms`
  }
}

/** Prefixes are joined at run time, so that this file holds nothing a secret scanner would flag. */
function secretBody(random: Random): string {
  switch (Math.floor(random() * 4)) {
    case 0:
      return `assuming role with ${['AK', 'IA'].join('')}${letters(random, 16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')} in eu-west-1`
    case 1:
      return `clone failed for token ${['gh', 'p_'].join('')}${letters(random, 36, ALPHANUMERIC)}`
    case 2:
      return `retrying with password=${letters(random, 18, `${ALPHANUMERIC}#%+`)} for user admin`
    default:
      return `charge declined, key ${['sk', 'live', ''].join('_')}${letters(random, 24, ALPHANUMERIC)}`
  }
}

/** The request as an object, for JSON and for other encoders. */
export function logsRequest(shape: PayloadShape): LogsRequest {
  const random = seededRandom(shape.seed)
  const series = shape.series ?? 10_000
  const services = Math.max(1, Math.round(Math.sqrt(series)))
  const routes = Math.max(1, Math.ceil(series / services))
  const urls = shape.urls ?? 0.1
  const secrets = shape.secrets ?? 0.005
  const resources = Math.max(1, Math.min(shape.resources ?? 8, shape.records))
  let timeMs = shape.startMs ?? Date.UTC(2026, 0, 1)
  const stepMs = shape.stepMs ?? 1
  const resourceLogs: LogsRequest['resourceLogs'] = []
  for (let r = 0; r < resources; r++) {
    const service = Math.floor(random() * services)
    const from = Math.floor((r * shape.records) / resources)
    const to = Math.floor(((r + 1) * shape.records) / resources)
    const logRecords = Array.from({ length: to - from }, () => {
      timeMs += -Math.log(1 - random()) * stepMs
      return record(random, timeMs, route(Math.floor(random() * routes)), urls, secrets)
    })
    const attributes = [
      str('service.name', serviceName(service)),
      str('service.namespace', 'shop'),
      str('service.instance.id', `${serviceName(service)}-${hex(random, 8)}`),
      str('service.version', `1.${service % 20}.0`),
      str('deployment.environment.name', 'production'),
      str('k8s.pod.name', `${serviceName(service)}-${hex(random, 9)}-${hex(random, 5)}`),
      str('telemetry.sdk.language', 'java'),
    ]
    const scope = { name: 'io.opentelemetry.logback-appender-1.0', version: '2.10.0' }
    resourceLogs.push({ resource: { attributes }, scopeLogs: [{ scope, logRecords }] })
  }
  return { resourceLogs }
}

function record(random: Random, timeMs: number, path: string, urls: number, secrets: number): LogRecord {
  const method = pick(random, METHODS)
  const status = pick(random, STATUSES)
  const ms = Math.exp(3 + 0.6 * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()))
  const kind = random()
  let body = plainBody(random, method, path, status, ms)
  if (kind < secrets) body = secretBody(random)
  else if (kind < secrets + urls)
    body = `upstream https://api-${Math.floor(random() * 9)}.internal.example.com/v2/items/${hex(random, 12)}?page=${Math.floor(random() * 9)}&sort=asc answered ${status}`
  const nanos = String(BigInt(Math.round(timeMs * 1000)) * 1000n)
  const failed = status >= 500
  return {
    timeUnixNano: nanos,
    observedTimeUnixNano: nanos,
    severityNumber: failed ? 17 : 9,
    severityText: failed ? 'ERROR' : 'INFO',
    body: { stringValue: body },
    attributes: [
      str('http.request.method', method),
      str('http.route', path),
      int('http.response.status_code', status),
      { key: 'http.server.request.duration', value: { doubleValue: ms / 1000 } },
      str(
        'client.address',
        `10.${Math.floor(random() * 64)}.${Math.floor(random() * 256)}.${Math.floor(random() * 256)}`,
      ),
      str('user.id', `u${Math.floor(random() * 50_000)}`),
      str('user_agent.original', pick(random, AGENTS)),
      str('thread.name', `http-nio-8080-exec-${Math.floor(random() * 32)}`),
      str('error.type', failed ? 'java.io.IOException' : 'none'),
    ],
    traceId: hex(random, 32),
    spanId: hex(random, 16),
    flags: 1,
  }
}

/** The request in protobuf, as OTLP/HTTP and gRPC carry it. */
export function encodeProto(request: LogsRequest): Uint8Array {
  const plain = {
    resourceLogs: request.resourceLogs.map((group) => ({
      ...group,
      scopeLogs: group.scopeLogs.map((scope) => ({
        ...scope,
        logRecords: scope.logRecords.map((log) => ({
          ...log,
          traceId: Buffer.from(log.traceId, 'hex'),
          spanId: Buffer.from(log.spanId, 'hex'),
        })),
      })),
    })),
  }
  return OTLP.logs.encode(OTLP.logs.fromObject(plain)).finish()
}

/** The request in OTLP/JSON, compact, as JSON.stringify and the Collector write it. */
export function encodeJson(request: LogsRequest): Uint8Array {
  const text = JSON.stringify(request, (key, value) => (key === 'intValue' ? String(value) : value))
  return new TextEncoder().encode(text)
}
