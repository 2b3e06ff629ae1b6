import { parseTimestamp } from './timestamp.kernel.ts'

/**
 * Finds the timestamp of a plain log line within its first bytes. Each form is tried in turn, the one that fitted
 * the line before first. Zones other than an offset are not read: UTC is assumed.
 */
interface Form {
  readonly pattern: RegExp
  readonly toMs: (m: RegExpExecArray, year: number) => number
}

/** Bytes of a line that are looked at. */
export const PREFIX_BYTES = 160

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const month = (name: string): number => MONTHS.indexOf(name.toLowerCase())
const encoder = new TextEncoder()

function iso(text: string): number {
  const bytes = encoder.encode(text)
  return parseTimestamp(bytes, 0, bytes.length)
}

const two = (year: string): number => 2000 + Number(year)

const FORMS: readonly Form[] = [
  {
    // RFC 3339 and its looser relatives
    pattern: /\d{4}([-/])\d{2}\1\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?/,
    toMs: (m) => iso(m[0]),
  },
  {
    // Common Log Format, https://httpd.apache.org/docs/2.4/logs.html#common
    pattern: /(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}:\d{2}:\d{2}) ([+-]\d{4})/,
    toMs: (m) => iso(`${m[3]}-${String(month(m[2]!) + 1).padStart(2, '0')}-${m[1]}T${m[4]}${m[5]}`),
  },
  {
    // RFC 3164, 4.1.2; the year is not written
    pattern: /(?:^|>)([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d{2}:\d{2}:\d{2}(?:\.\d+)?)/,
    toMs: (m, year) =>
      iso(`${year}-${String(month(m[1]!) + 1).padStart(2, '0')}-${m[2]!.padStart(2, '0')}T${m[3]}`),
  },
  {
    // asctime, and Apache's error log: Sun Dec 04 04:47:44[.123456] 2005
    pattern: /[A-Z][a-z]{2} ([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d{2}:\d{2}:\d{2}(?:\.\d+)?) (\d{4})/,
    toMs: (m) =>
      iso(`${m[4]}-${String(month(m[1]!) + 1).padStart(2, '0')}-${m[2]!.padStart(2, '0')}T${m[3]}`),
  },
  {
    // Hadoop's and Spark's short date: 17/06/09 20:10:40
    pattern: /^\[?(\d{2})\/(\d{2})\/(\d{2}) (\d{2}:\d{2}:\d{2})/,
    toMs: (m) => iso(`${two(m[1]!)}-${m[2]}-${m[3]}T${m[4]}`),
  },
  {
    // 081109 203615
    pattern: /^(\d{2})(\d{2})(\d{2}) (\d{2})(\d{2})(\d{2})\b/,
    toMs: (m) => iso(`${two(m[1]!)}-${m[2]}-${m[3]}T${m[4]}:${m[5]}:${m[6]}`),
  },
  {
    // epoch, at the start of the line or in dmesg-like brackets
    pattern: /^(?:- |\[ *)?(\d{9,19}(?:\.\d+)?)\b/,
    toMs: (m) => iso(m[1]!),
  },
]

export class TimestampFinder {
  #last: Form = FORMS[0]!
  readonly #year: number
  readonly #own: Form | null
  /** Of the last find, within the prefix. */
  start = 0
  end = 0

  /**
   * @param year for forms that write none
   * @param own the user's pattern; its first group (or the whole match) is the timestamp
   */
  constructor(year: number, own: { exec(text: string): RegExpExecArray | null } | null = null) {
    this.#year = year
    this.#own = own === null ? null : { pattern: own as RegExp, toMs: (m) => anyForm(m[1] ?? m[0], year) }
  }

  /** @param prefix the line's first characters @returns ms since epoch, NaN when there is none */
  find(prefix: string): number {
    if (this.#own !== null) return this.#try(this.#own, prefix)
    const ms = this.#try(this.#last, prefix)
    if (!Number.isNaN(ms)) return ms
    for (const form of FORMS) {
      const found = this.#try(form, prefix)
      if (Number.isNaN(found)) continue
      this.#last = form
      return found
    }
    return Number.NaN
  }

  #try(form: Form, prefix: string): number {
    const m = form.pattern.exec(prefix)
    if (m === null) return Number.NaN
    this.start = m.index
    this.end = m.index + m[0].length
    return form.toMs(m, this.#year)
  }
}

function anyForm(text: string, year: number): number {
  for (const form of FORMS) {
    const m = form.pattern.exec(text)
    const ms = m === null ? Number.NaN : form.toMs(m, year)
    if (!Number.isNaN(ms)) return ms
  }
  return iso(text)
}

/** Severity number (OpenTelemetry logs data model) of a level's name, 0 when it is none. */
export function severityOf(name: string): number {
  return SEVERITY_BY_NAME[name.toLowerCase()] ?? 0
}

const SEVERITY_BY_NAME: Readonly<Record<string, number>> = Object.assign(Object.create(null), {
  trace: 1,
  verbose: 1,
  debug: 5,
  fine: 5,
  info: 9,
  information: 9,
  informational: 9,
  notice: 10,
  warn: 13,
  warning: 13,
  err: 17,
  error: 17,
  severe: 17,
  crit: 21,
  critical: 21,
  alert: 21,
  fatal: 21,
  panic: 21,
  emerg: 21,
  emergency: 21,
})

const LEVEL =
  /\b(TRACE|VERBOSE|DEBUG|INFO|NOTICE|WARN|WARNING|ERR|ERROR|SEVERE|CRIT|CRITICAL|ALERT|FATAL|PANIC|EMERG)\b|\b(?:level|severity|lvl)=["']?(\w+)|[[(<](trace|debug|info|notice|warn|warning|error|crit|alert|emerg|fatal)[\])>]/

/** Level that a log line names near its start, 0 when none. */
export function findSeverity(prefix: string): number {
  const m = LEVEL.exec(prefix)
  return m === null ? 0 : severityOf(m[1] ?? m[2] ?? m[3] ?? '')
}
