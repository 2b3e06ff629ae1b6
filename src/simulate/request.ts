import type { Draw } from './draw.ts'
import {
  type Attributes,
  type Instance,
  type LogEvent,
  SEVERITY_ERROR,
  SEVERITY_INFO,
  SEVERITY_WARN,
  type SimEvent,
  type SpanEvent,
} from './event.ts'
import type { Route } from './services.ts'

/** One HTTP request as its log record, its server span and, where it reads a table, a database span. */
export interface RequestFacts {
  readonly endMs: number
  readonly durationMs: number
  readonly instance: Instance
  readonly route: Route
  readonly path: string
  readonly query: string
  readonly status: number
  readonly client: string
  readonly userId: string
  readonly agent: string
  /** Message of the log record; the access line when empty. */
  readonly message: string
}

const USERS = 20_000
const AGENTS: readonly string[] = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148',
  'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0',
  'shop-android/7.12.1 (Android 16; Pixel 9)',
]

export interface Visitor {
  readonly userId: string
  readonly client: string
  readonly agent: string
}

/** An address of 198.18.0.0/15, set aside for tests by RFC 2544; @param n 17 bits */
export const addressOf = (n: number): string => `198.${18 + ((n >>> 16) & 1)}.${(n >>> 8) & 255}.${n & 255}`

export const drawAddress = (draw: Draw): string => addressOf(draw.int(1 << 17))

/** Somebody of the population; few come often, many come seldom. Address and browser belong to the person. */
export function drawVisitor(draw: Draw): Visitor {
  const index = Math.floor(USERS * draw.unit() ** 2.2)
  const mix = Math.imul(index + 1, 0x9e3779b1) >>> 0
  return {
    userId: `u-${(100_000 + index).toString(36)}`,
    client: addressOf(mix >>> 15),
    agent: AGENTS[mix % AGENTS.length]!,
  }
}

export const fillPath = (draw: Draw, route: string): string =>
  route.replace('{id}', () => (1000 + Math.floor(9000 * draw.unit() ** 2)).toString())

/** Lines a real service writes besides its access log; they hold what a scanner must not take for a secret. */
const CHATTER: readonly ((draw: Draw) => string)[] = [
  (d) => `cache miss key=product:${1000 + d.int(9000)}:v${d.int(9)} shard=${d.int(16)}`,
  (d) => `GET https://img.shop.example/assets/${d.hex(8)}/large.webp?w=${d.pick([320, 640, 1280])} 200`,
  (d) => `order ${d.hex(8)}-${d.hex(4)}-4${d.hex(3)}-a${d.hex(3)}-${d.hex(12)} moved to state packed`,
  (d) => `etag ${d.hex(40)} unchanged, sent 304`,
  (d) => `built from commit ${d.hex(40)} image sha256:${d.hex(64)}`,
  (d) => `published event order.created partition=${d.int(12)} offset=${100_000 + d.int(900_000)}`,
  (d) => `slow client, flushed ${d.int(64_000)} bytes in ${d.int(900)} ms`,
  (d) => `session refreshed for https://shop.example/account?tab=orders&page=${d.int(9)}`,
]
const CHATTER_SHARE = 0.2

export function drawMessage(draw: Draw): string {
  return draw.chance(CHATTER_SHARE) ? draw.pick(CHATTER)(draw) : ''
}

const severityOf = (status: number): number =>
  status >= 500
    ? SEVERITY_ERROR
    : status === 401 || status === 403 || status === 429
      ? SEVERITY_WARN
      : SEVERITY_INFO

/** Semantic conventions 1.37: attributes of HTTP server telemetry. */
export function httpAttributes(facts: RequestFacts): Attributes {
  const attributes: Attributes = {
    'http.request.method': facts.route.method,
    'http.route': facts.route.route,
    'http.response.status_code': facts.status,
    'url.path': facts.path,
    'client.address': facts.client,
    'user_agent.original': facts.agent,
    'http.server.request.duration': facts.durationMs / 1000,
  }
  if (facts.query !== '') attributes['url.query'] = facts.query
  if (facts.userId !== '') attributes['user.id'] = facts.userId
  if (facts.status >= 500) attributes['error.type'] = String(facts.status)
  return attributes
}

export function requestEvents(draw: Draw, facts: RequestFacts): readonly SimEvent[] {
  const { endMs, durationMs, instance, route, status } = facts
  const traceId = draw.hex(32)
  const spanId = draw.hex(16)
  const attributes = httpAttributes(facts)
  const log: LogEvent = {
    signal: 'logs',
    timeMs: endMs,
    instance,
    severity: severityOf(status),
    body:
      facts.message || `${route.method} ${facts.path} ${status} ${Math.max(1, Math.round(durationMs))} ms`,
    attributes,
    traceId,
    spanId,
  }
  const { 'http.server.request.duration': _duration, ...spanAttributes } = attributes
  const span: SpanEvent = {
    signal: 'spans',
    timeMs: endMs,
    startMs: endMs - durationMs,
    instance,
    name: `${route.method} ${route.route}`,
    kind: 'server',
    failed: status >= 500,
    traceId,
    spanId,
    parentId: '',
    attributes: spanAttributes,
  }
  if (route.table === undefined) return [log, span]
  const verb = route.method === 'GET' ? 'SELECT' : 'UPDATE'
  return [
    log,
    span,
    {
      ...span,
      startMs: endMs - durationMs * 0.8,
      timeMs: endMs - durationMs * 0.1,
      name: `${verb} ${route.table}`,
      kind: 'client',
      spanId: draw.hex(16),
      parentId: spanId,
      attributes: {
        'db.system.name': 'postgresql',
        'db.namespace': 'shop',
        'db.collection.name': route.table,
        'db.operation.name': verb,
        'server.address': 'db.shop.example',
        'server.port': 5432,
      },
    },
  ]
}
