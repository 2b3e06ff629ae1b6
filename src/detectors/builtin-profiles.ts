import { type ProfileConfig, ROW_NAME, ROW_VALUE } from './config.ts'

/** Attributes that hold a duration or another number worth watching, most telling first. */
export const DURATION_KEYS = [
  'http.server.request.duration',
  'http.client.request.duration',
  'rpc.server.duration',
  'db.client.operation.duration',
  'duration_ms',
  'duration',
  'latency_ms',
  'latency',
  'elapsed_ms',
  'response_time_ms',
  'event.duration',
  'value',
] as const

/** Attributes that name who is at the other end. */
export const SUBJECT_KEYS = [
  'client.address',
  'source.address',
  'enduser.id',
  'user.id',
  'network.peer.address',
  'net.peer.ip',
  'net.sock.peer.addr',
  'http.client_ip',
  'user.name',
  'session.id',
  'subject',
] as const

/** Metric attributes with few values; one series for each combination. */
const METRIC_PARTS = [
  'http.route',
  'http.request.method',
  'rpc.method',
  'db.operation.name',
  'messaging.destination.name',
  'state',
  'type',
  'direction',
  'cpu.mode',
] as const

const base = { unit: '1', errors: true, match: {}, value: [], subject: [], templates: false, rare: [] }

/** Used when none is configured. Source: OpenTelemetry semantic conventions 1.38, and older names still in use. */
export const BUILTIN_PROFILES: readonly ProfileConfig[] = [
  {
    ...base,
    name: 'service',
    signals: ['logs'],
    series: ['service.name'],
    value: [...DURATION_KEYS, ROW_VALUE],
    subject: [...SUBJECT_KEYS],
    templates: true,
  },
  {
    ...base,
    name: 'route',
    signals: ['logs'],
    match: { 'http.route': [] },
    series: ['service.name', 'http.route'],
    value: [...DURATION_KEYS],
  },
  {
    ...base,
    name: 'span',
    signals: ['spans'],
    series: ['service.name', ROW_NAME],
    value: ROW_VALUE,
    unit: 'ms',
    subject: [],
  },
  {
    ...base,
    name: 'metric',
    signals: ['metrics'],
    series: ['service.name', ROW_NAME, ...METRIC_PARTS],
    value: ROW_VALUE,
    errors: false,
  },
]
