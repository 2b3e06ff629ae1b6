/**
 * One table gives code, HTTP status, gRPC status, process exit status, retryable or not, and the help line.
 * The class, the reference page and the bounded metric label `code` come from it.
 */
interface ErrorSpec {
  /** HTTP status an OTLP client sees. */
  readonly http: number
  /** gRPC status code, https://grpc.io/docs/guides/status-codes/ */
  readonly grpc: number
  /** Process exit status (sysexits.h) when it stops a command. */
  readonly exit: number
  readonly retryable: boolean
  /** What to do next. */
  readonly help: string
}

const spec = (http: number, grpc: number, exit: number, retryable: boolean, help: string): ErrorSpec => ({
  http,
  grpc,
  exit,
  retryable,
  help,
})

export const ERRORS = {
  CONFIG_INVALID: spec(
    500,
    13,
    78,
    false,
    'Run `telltale validate --config FILE`; every problem is listed with its path.',
  ),
  CONFIG_UNREADABLE: spec(
    500,
    13,
    66,
    false,
    'Check the path and the permissions of the configuration file.',
  ),
  USAGE: spec(500, 13, 64, false, 'Run `telltale --help`.'),
  INPUT_UNREADABLE: spec(500, 13, 66, false, 'Check the path and the permissions of the input.'),
  OUTPUT_UNWRITABLE: spec(500, 13, 73, false, 'Check the path, its permissions and the space left.'),
  LISTEN_FAILED: spec(500, 13, 69, false, 'Another process holds the address; change the port or stop it.'),
  DATA_DIR_LOCKED: spec(
    500,
    13,
    75,
    false,
    'A data folder is for one process: stop the other one, or give this one its own with --data-dir.',
  ),
  ADMIN_UNREACHABLE: spec(
    502,
    14,
    69,
    true,
    'Is the daemon running, and is this its admin address (--admin) and token (--token-file)?',
  ),
  BAD_PROTOBUF: spec(400, 3, 65, false, 'The body is not an OTLP export request in protobuf.'),
  BAD_JSON: spec(400, 3, 65, false, 'The body is not an OTLP export request in JSON.'),
  BAD_ENCODING: spec(400, 3, 65, false, 'The body does not decompress; check content-encoding.'),
  BAD_FRAMING: spec(400, 13, 65, false, 'The gRPC length-prefixed message is broken.'),
  TOO_LARGE: spec(
    413,
    8,
    65,
    false,
    'Send smaller batches or raise the limit in the receiver configuration.',
  ),
  TOO_MANY_ROWS: spec(413, 8, 65, false, 'Send smaller batches or raise `limits.rowsPerBatch`.'),
  TOO_DEEP: spec(400, 3, 65, false, 'Values nest deeper than the decoder follows.'),
  UNSUPPORTED_MEDIA_TYPE: spec(415, 12, 65, false, 'Send application/x-protobuf or application/json.'),
  UNSUPPORTED_ENCODING: spec(415, 12, 65, false, 'Send identity, gzip, deflate or zstd.'),
  UNAUTHENTICATED: spec(401, 16, 77, false, 'Send a bearer token that the receiver accepts.'),
  UNKNOWN_PATH: spec(
    404,
    12,
    65,
    false,
    'Send to /v1/logs, /v1/traces or /v1/metrics, or call their Export.',
  ),
  METHOD_NOT_ALLOWED: spec(405, 12, 65, false, 'Send POST.'),
  DEADLINE_EXCEEDED: spec(408, 4, 75, true, 'The request took longer than its deadline.'),
  CLIENT_GONE: spec(499, 1, 75, true, 'The client closed before it was answered; nothing to do here.'),
  QUEUE_FULL: spec(503, 14, 75, true, 'The daemon is at its limit; retry after the time given.'),
  DRAINING: spec(503, 14, 75, true, 'The daemon is stopping; retry against another instance.'),
  KAFKA_FAILED: spec(
    503,
    14,
    75,
    true,
    'Kafka did not take the records in time; retry after the time given.',
  ),
  SINK_FAILED: spec(
    500,
    14,
    75,
    true,
    'The receiver of findings did not accept them; they stay in the spool.',
  ),
  SINK_REFUSED: spec(
    500,
    13,
    76,
    false,
    'The receiver of findings refuses them; check its address and credentials.',
  ),
  SPOOL_FULL: spec(
    500,
    8,
    74,
    false,
    'The spool is at its cap; findings are dropped, oldest first, and counted.',
  ),
  STATE_DAMAGED: spec(
    500,
    13,
    65,
    false,
    'The snapshot does not pass its checksum; an older one or a cold start is used.',
  ),
  STATE_SCHEMA: spec(500, 13, 65, false, 'The snapshot is of another version; state starts cold.'),
  INTERNAL: spec(500, 13, 70, false, 'This is a defect in telltale; please report it.'),
} as const satisfies Record<string, ErrorSpec>

export type ErrorCode = keyof typeof ERRORS

/** The only error class. `message` and `detail` never hold payload or secret text. */
export class TelltaleError extends Error {
  readonly code: ErrorCode
  /** One line an item, e.g. every problem of a configuration with its path. */
  readonly detail: readonly string[]

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; detail?: readonly string[] } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'TelltaleError'
    this.code = code
    this.detail = options.detail ?? []
  }

  get spec(): ErrorSpec {
    return ERRORS[this.code]
  }
}
