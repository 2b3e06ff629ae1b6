/** What a named column or field is to telltale. */
export type FieldRole =
  | 'time'
  | 'value'
  | 'series'
  | 'subject'
  | 'severity'
  | 'status'
  | 'body'
  | 'label'
  | 'window'
  | 'skip'
  | 'attribute'

/** Names the user gives; each beats what is guessed. */
export interface FieldMapping {
  readonly time?: string | undefined
  readonly value?: string | undefined
  /** Columns whose values, joined by `/`, name the series (`service.name`). */
  readonly series?: readonly string[] | undefined
  readonly subject?: string | undefined
  readonly severity?: string | undefined
  readonly status?: string | undefined
  readonly body?: string | undefined
  readonly label?: string | undefined
  readonly window?: string | undefined
  /** Columns that are left out. */
  readonly skip?: readonly string[] | undefined
}

/** Names that are taken for a role when nobody says so, lower case, best first. Anything else is an attribute. */
const GUESSES: Readonly<Record<string, readonly string[]>> = {
  time: [
    'time_ms',
    'timestamp',
    '@timestamp',
    'time',
    'ts',
    'datetime',
    'date',
    'time_unix_nano',
    'timeunixnano',
    'event_time',
    'eventtime',
    't',
  ],
  value: ['value', 'duration_ms', 'duration', 'latency_ms', 'latency', 'response_time', 'elapsed'],
  series: ['service.name', 'service_name', 'service', 'app', 'application', 'component'],
  subject: [
    'client.address',
    'client_address',
    'subject',
    'client_ip',
    'clientip',
    'remote_addr',
    'source.address',
    'src_ip',
    'ip',
    'user.id',
    'user_id',
    'user',
  ],
  severity: ['severity_number', 'severitynumber', 'severity', 'severity_text', 'level', 'loglevel', 'lvl'],
  status: ['http.response.status_code', 'status', 'status_code', 'http_status', 'code'],
  body: ['body', 'message', 'msg', 'log', 'text', 'line'],
  label: ['label', 'is_anomaly', 'anomaly'],
  window: ['window'],
  // the name of the attack in the predecessor's streams: ground truth is never shown to a detector
  skip: ['attack'],
}

const ONE_EACH = ['time', 'value', 'subject', 'severity', 'status', 'body', 'label', 'window'] as const

/** Roles by field name. JSON lines have no header, so this answers for any name, and remembers. */
export class FieldMap {
  readonly #mapping: FieldMapping
  readonly #roles = new Map<string, FieldRole>()

  constructor(mapping: FieldMapping) {
    this.#mapping = mapping
    for (const role of ONE_EACH) {
      const name = mapping[role]
      if (name !== undefined) this.#roles.set(name, role)
    }
    for (const name of mapping.series ?? []) this.#roles.set(name, 'series')
    for (const name of mapping.skip ?? []) this.#roles.set(name, 'skip')
  }

  /** Settles the roles of a header at once: of several candidates for one role only the best gets it. */
  settle(names: readonly string[]): FieldRole[] {
    for (const role of Object.keys(GUESSES) as FieldRole[]) {
      if (this.#given(role)) continue
      const candidates = names.filter((n) => !this.#roles.has(n) && rank(role, n) >= 0)
      candidates.sort((a, b) => rank(role, a) - rank(role, b))
      if (role === 'skip') for (const n of candidates) this.#roles.set(n, 'skip')
      else if (candidates[0] !== undefined) this.#roles.set(candidates[0], role)
    }
    return names.map((n) => this.#roles.get(n) ?? 'attribute')
  }

  /** Role of one field; the first name that fits a role keeps it. */
  role(name: string): FieldRole {
    const known = this.#roles.get(name)
    if (known !== undefined) return known
    if (this.#roles.size > NAMES_MAX) return 'attribute'
    let role: FieldRole = 'attribute'
    for (const guess of Object.keys(GUESSES) as FieldRole[])
      if (rank(guess, name) >= 0 && !this.#given(guess)) role = guess
    this.#roles.set(name, role)
    return role
  }

  #given(role: FieldRole): boolean {
    if (role === 'series') return this.#mapping.series !== undefined && this.#mapping.series.length > 0
    if (role === 'skip' || role === 'attribute') return false
    return this.#mapping[role] !== undefined
  }
}

/** Names remembered: a hostile file cannot grow the map without bound. */
const NAMES_MAX = 4096

/** Place of the name among the guesses, -1 when it is none. */
function rank(role: string, name: string): number {
  return GUESSES[role]!.indexOf(name.toLowerCase())
}
