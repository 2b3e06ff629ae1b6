import { Command, InvalidArgumentError, Option } from 'commander'
import { parseDuration } from '../config/scalars.ts'
import { TelltaleError } from '../core/errors.ts'
import { SIM_SIGNALS, type SimSignal } from '../simulate/event.ts'
import { FileOutput } from '../simulate/file-output.ts'
import { GrpcOutput } from '../simulate/grpc-output.ts'
import { HttpOutput } from '../simulate/http-output.ts'
import { KAFKA_TOPICS, KafkaOutput } from '../simulate/kafka-output.ts'
import type { Output } from '../simulate/output.ts'
import { ProgressLine } from '../simulate/progress-line.ts'
import { PRESETS, type Scenario } from '../simulate/scenario.ts'
import { Simulation } from '../simulate/simulation.ts'
import { SimTraffic } from '../simulate/traffic.ts'
import { truthOf, writeTruth } from '../simulate/truth.ts'
import { loadScenario } from './scenario-file.ts'

interface SimulateOptions {
  scenario: string
  duration?: number
  rate?: number
  services?: number
  overdispersion?: number
  diurnal?: number
  seed: number
  signals: readonly SimSignal[]
  endpoint?: string
  protocol: 'http/protobuf' | 'http/json' | 'grpc'
  gzip: boolean
  header: Record<string, string>
  timeout: number
  out?: string
  kafka?: string
  truth?: string
  speed: number
  fast: boolean
  backfill: number
  start?: number
  batch: number
  concurrency: number
  quiet: boolean
}

const durationArg = (text: string): number => {
  const ms = parseDuration(text)
  if (ms === null) throw new InvalidArgumentError('Expected a duration such as 30s, 10m or 24h.')
  return ms
}

const numberArg =
  (min: number, max = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const n = Number(text)
    if (text.trim() === '' || !(n >= min && n <= max)) {
      throw new InvalidArgumentError(`Expected a number from ${min}${max < 2 ** 40 ? ` to ${max}` : ''}.`)
    }
    return n
  }

const integerArg =
  (min: number, max = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const n = numberArg(min, max)(text)
    if (!Number.isInteger(n)) throw new InvalidArgumentError('Expected a whole number.')
    return n
  }

const signalsArg = (text: string): readonly SimSignal[] => {
  const names = text.split(',').map((name) => name.trim())
  const unknown = names.filter((name) => !(SIM_SIGNALS as readonly string[]).includes(name))
  if (unknown.length > 0) throw new InvalidArgumentError(`Signals are ${SIM_SIGNALS.join(', ')}.`)
  return SIM_SIGNALS.filter((signal) => names.includes(signal))
}

const headerArg = (text: string, before: Record<string, string>): Record<string, string> => {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('Expected NAME=VALUE.')
  return { ...before, [text.slice(0, at).toLowerCase()]: text.slice(at + 1) }
}

const startArg = (text: string): number => {
  const ms = Date.parse(text)
  if (Number.isNaN(ms)) throw new InvalidArgumentError('Expected a time such as 2026-01-31T12:00:00Z.')
  return ms
}

/** `telltale simulate`: traffic of a small shop, with things going wrong, sent like any OTLP client sends. */
export function simulateCommand(): Command {
  const command = new Command('simulate')
    .summary('send simulated telemetry with attacks, faults and leaked credentials')
    .description(
      'Plays the telemetry of a small web shop into an OTLP receiver or a file: everyday traffic, and what the scenario adds to it. Credentials are made up from the seed. The same scenario, seed and start give the same events.',
    )
    .option('-s, --scenario <name|file>', 'preset, or YAML file (docs/simulate.md)', 'normal')
    .option('-d, --duration <time>', 'event time to play (default: the scenario says)', durationArg)
    .option(
      '-r, --rate <n>',
      'requests per second of event time, all services together',
      numberArg(0.001, 1e7),
    )
    .option('--services <n>', 'how many services', integerArg(1, 100_000))
    .option('--overdispersion <x>', 'burstiness: 0 is a Poisson process, 0.1 is lively', numberArg(0, 10))
    .option('--diurnal <x>', 'amplitude of the day, 0 to 1', numberArg(0, 1))
    .option('--seed <n>', 'seed of every draw', integerArg(0, 2 ** 32), 1)
    .addOption(
      new Option('--signals <list>', 'of logs, spans, metrics')
        .argParser(signalsArg)
        .default(SIM_SIGNALS, 'all three'),
    )
    .option('-e, --endpoint <url>', 'receiver (default: 4318 for HTTP or 4317 for gRPC on http://127.0.0.1)')
    .addOption(
      new Option('-p, --protocol <name>', 'how to send')
        .choices(['http/protobuf', 'http/json', 'grpc'])
        .default('http/protobuf'),
    )
    .option('--gzip', 'compress requests', false)
    .addOption(
      new Option('-H, --header <name=value>', 'header of every request; repeatable')
        .argParser(headerArg)
        .default({}, 'none'),
    )
    .addOption(
      new Option('--timeout <time>', 'longest wait for an answer')
        .argParser(durationArg)
        .default(10_000, '10s'),
    )
    .option(
      '-k, --kafka <brokers>',
      'write to Kafka instead, topics otlp_logs, otlp_spans, otlp_metrics; host:port, comma between',
    )
    .option('-o, --out <file>', 'write OTLP JSON lines instead of sending; - is standard output')
    .option('-t, --truth <file>', 'write what really happened, as JSON, when done')
    .option(
      '--speed <n>',
      'event seconds per second; past 1 the run starts in the past and ends now',
      numberArg(0.001),
      1,
    )
    .option('--fast', 'send as fast as the receiver accepts', false)
    .option(
      '--backfill <time>',
      'first send this much of the scenario as past, fast, then go on live',
      durationArg,
      0,
    )
    .option('--start <time>', 'event time of the first moment (RFC 3339)', startArg)
    .option('--batch <n>', 'events per request at most', integerArg(1, 100_000), 512)
    .option(
      '--concurrency <n>',
      'requests of one signal under way at once; past 1 out of order',
      integerArg(1, 1000),
      1,
    )
    .option('-q, --quiet', 'no progress', false)
    .action((options: SimulateOptions) => simulate(options))
  const presets = Object.entries(PRESETS)
  const width = Math.max(...presets.map(([name]) => name.length)) + 2
  command.addHelpText(
    'after',
    `\nScenarios:\n${presets.map(([name, p]) => `  ${name.padEnd(width)}${p.description}`).join('\n')}

Examples:
  telltale simulate                                   everyday traffic into the daemon beside it
  telltale simulate -s credential-stuffing --backfill 20m -d 25m -t truth.json
  telltale simulate -s mixed -p grpc --gzip --fast    half an hour of everything, as fast as accepted
  telltale simulate -s mixed --kafka 127.0.0.1:9092   through Kafka, as the Collector's exporter writes
  telltale simulate -s leak --out leak.jsonl          a file for 'telltale replay' or the Collector\n`,
  )
  return command
}

function outputOf(options: SimulateOptions): Output {
  if (options.out !== undefined) return new FileOutput(options.out)
  const { gzip, header: headers, timeout: timeoutMs, protocol } = options
  if (options.kafka !== undefined) {
    const brokers = options.kafka.split(',').map((b) => b.trim())
    if (protocol === 'grpc')
      throw new TelltaleError('USAGE', '--kafka has no gRPC; --protocol is http/protobuf or http/json')
    return new KafkaOutput({
      brokers,
      format: protocol === 'http/json' ? 'json' : 'protobuf',
      gzip,
      topics: KAFKA_TOPICS,
    })
  }
  const endpoint = options.endpoint ?? `http://127.0.0.1:${protocol === 'grpc' ? 4317 : 4318}`
  if (!/^https?:\/\/[^/]/.test(endpoint)) {
    throw new TelltaleError('USAGE', '--endpoint must begin with http:// or https://')
  }
  if (protocol === 'grpc') return new GrpcOutput({ endpoint, gzip, headers, timeoutMs })
  const format = protocol === 'http/json' ? 'json' : 'protobuf'
  return new HttpOutput({ endpoint, format, gzip, headers, timeoutMs })
}

/** Event time of the first moment, so that the run ends now unless it is played at the pace of the clock. */
function startOf(options: SimulateOptions, durationMs: number): number {
  if (options.start !== undefined) return options.start
  const nowMs = Date.now()
  if (options.fast || options.out !== undefined) return nowMs - durationMs
  if (options.speed > 1)
    return nowMs - (durationMs - options.backfill) * (1 - 1 / options.speed) - options.backfill
  return nowMs - options.backfill
}

async function simulate(options: SimulateOptions): Promise<void> {
  const loaded = loadScenario(options.scenario)
  const scenario: Scenario = {
    ...loaded,
    durationMs: options.duration ?? loaded.durationMs,
    perSecond: options.rate ?? loaded.perSecond,
    services: options.services ?? loaded.services,
    overdispersion: options.overdispersion ?? loaded.overdispersion,
    diurnal: options.diurnal ?? loaded.diurnal,
  }
  const traffic = new SimTraffic(scenario, options.seed, startOf(options, scenario.durationMs))
  const output = outputOf(options)
  const simulation = new Simulation(traffic, output, {
    signals: options.signals,
    batchMax: options.batch,
    concurrency: options.concurrency,
    speed: options.fast || options.out !== undefined ? Number.POSITIVE_INFINITY : options.speed,
    pacedFromMs: traffic.startMs + options.backfill,
    patienceMs: 30_000,
  })
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  const line = options.quiet ? null : new ProgressLine(process.stderr, traffic, simulation.progress)
  if (line !== null) {
    process.stderr.write(
      `${options.scenario} (${scenario.description}), seed ${options.seed}, to ${output.target}\n`,
    )
  }
  const finished = await simulation.run(stop.signal)
  await output.close()
  line?.stop()
  if (options.truth !== undefined) writeTruth(options.truth, truthOf(traffic, options.scenario, options.seed))
  if (!finished || (simulation.progress.accepted === 0 && simulation.progress.rejected > 0)) {
    const { lastReason } = simulation.progress
    throw new TelltaleError(
      'SINK_FAILED',
      `nothing was accepted (${lastReason}); is a receiver at ${output.target}?`,
    )
  }
}
