import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { styleText } from 'node:util'
import { Command } from 'commander'
import { type App, startApp } from '../app.ts'
import { SYSTEM_CLOCK } from '../core/clock.ts'
import type { Finding } from '../core/finding.ts'
import { rootConfig } from '../registry.ts'
import { HttpOutput } from '../simulate/http-output.ts'
import { PRESETS, type Scenario } from '../simulate/scenario.ts'
import { Simulation } from '../simulate/simulation.ts'
import { SimTraffic } from '../simulate/traffic.ts'
import { truthOf } from '../simulate/truth.ts'
import { createLogger } from '../telemetry/create-logger.ts'
import { type Score, type Sighting, scoreFindings } from './demo-score.ts'
import { briefLine, findingLines, type Paint } from './finding-text.ts'

const PAST_MS = 1_200_000
const CALM_MS = 8000
const ATTACK_MS = 20_000
const LEAK_AFTER_MS = 10_000
const AFTERMATH_MS = 12_000
const LIVE_MS = CALM_MS + ATTACK_MS + AFTERMATH_MS

const USUAL: Scenario = { ...PRESETS.normal, perSecond: 50, durationMs: PAST_MS }

/** @param behindMs how much of the time before the live part is still to be sent, because sending the past took it */
function liveScenario(behindMs: number): Scenario {
  const durationMs = behindMs + LIVE_MS
  const attackAt = behindMs + CALM_MS
  return {
    ...USUAL,
    durationMs,
    happenings: [{ kind: 'credential-stuffing', at: attackAt / durationMs, for: ATTACK_MS / durationMs }],
    leaks: [{ at: (attackAt + LEAK_AFTER_MS) / durationMs, kind: 'stripe-secret-key', service: 'payments' }],
  }
}

/** Colours on a terminal, none into a pipe or with NO_COLOR. */
const paint: Paint = (colour, text) => styleText(colour, text, { stream: process.stdout })
const say = (line = ''): void => console.log(line)
const clockTime = (ms: number): string => new Date(ms).toISOString().slice(11, 19)
const note = (text: string): void => say(`  ${paint('dim', clockTime(Date.now()))}  ${text}`)

/** `telltale demo`: the daemon and the simulator in one process, and what the daemon says about it. */
export function demoCommand(): Command {
  return new Command('demo')
    .summary('watch the daemon find an attack and a leaked key, in a minute')
    .description(
      'Runs the daemon on free ports, feeds it twenty minutes of a simulated shop as past and goes on live: somebody tries stolen passwords, then a key leaks. Prints what the daemon says, and how long it took. Nothing is left behind.',
    )
    .option('--seed <n>', 'seed of the simulated traffic', '1')
    .action((options: { seed: string }) => demo(Number(options.seed) || 1))
}

async function demo(seed: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'telltale-demo-'))
  const sightings: Sighting[] = []
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  say(paint('bold', 'telltale demo: a small shop, then stolen passwords and a leaked key'))
  say()
  const printer = new FindingPrinter()
  const app = await startDaemon(folder, (finding) => {
    sightings.push({ finding, saidMs: Date.now() })
    printer.print(finding)
  })
  const { http, admin } = app.addresses
  note(`the daemon takes OTLP on ${http}; metrics and API on http://${admin} while this runs`)
  const endpoint = `http://${http}`
  const output = new HttpOutput({ endpoint, format: 'protobuf', gzip: false, headers: {}, timeoutMs: 10_000 })
  try {
    const startedMs = Date.now()
    note(`sending the last ${PAST_MS / 60_000} minutes of eight services, all as usual`)
    const past = play(new SimTraffic(USUAL, seed, startedMs - PAST_MS), output, Number.POSITIVE_INFINITY)
    await past.run(stop.signal)
    const liveMs = Date.now()
    note(`${past.progress.accepted.toLocaleString('en')} records sent; from here on live`)
    const traffic = new SimTraffic(liveScenario(liveMs - startedMs), seed, startedMs)
    const live = play(traffic, output, 1)
    const cues = announce(traffic, live, stop.signal)
    await live.run(stop.signal)
    clearInterval(cues)
    if (!stop.signal.aborted) printScore(scoreFindings(truthOf(traffic, 'demo', seed), sightings))
  } finally {
    await output.close()
    await app.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function startDaemon(folder: string, onFinding: (finding: Finding) => void): Promise<App> {
  const anyPort = '127.0.0.1:0'
  const config = rootConfig.parse({
    dataDir: join(folder, 'data'),
    ingest: { otlp: { http: { listen: anyPort }, grpc: { listen: anyPort } } },
    admin: { listen: anyPort },
    sinks: { outputs: { file: { type: 'jsonl', path: join(folder, 'findings.jsonl') } } },
    log: { level: 'error' },
  })
  const logger = createLogger(config.log)
  return startApp({ config, clock: SYSTEM_CLOCK, random: Math.random, logger, env: process.env, onFinding })
}

const play = (traffic: SimTraffic, output: HttpOutput, speed: number): Simulation =>
  new Simulation(traffic, output, {
    signals: ['logs', 'spans', 'metrics'],
    batchMax: 512,
    concurrency: 1,
    speed,
    pacedFromMs: traffic.startMs,
    patienceMs: 10_000,
  })

/** Prints a service's first open anomaly in full, and what opens beside it in a line. */
class FindingPrinter {
  readonly #open = new Map<string, Set<string>>()

  print(finding: Finding): void {
    if (finding.state === 'update') return
    if (finding.kind !== 'anomaly') {
      for (const line of findingLines(finding, paint)) say(line)
      return
    }
    const service = finding.series['service.name'] ?? ''
    const open = this.#open.get(service) ?? new Set()
    this.#open.set(service, open)
    if (finding.state === 'resolved') {
      // the service is itself again with the last of its findings
      open.delete(finding.id)
      if (open.size > 0) return
    }
    const more = open.size > 0
    if (finding.state === 'open') open.add(finding.id)
    for (const line of more ? [briefLine(finding, paint)] : findingLines(finding, paint)) say(line)
  }
}

/** Says what the simulator does when it does it, so that what the daemon says can be held against it. */
function announce(traffic: SimTraffic, simulation: Simulation, stop: AbortSignal): NodeJS.Timeout {
  const attack = traffic.windows[0]!
  const cues: [number, string][] = [
    [attack.startMs, `>> stolen passwords are tried on ${attack.service} from 4,000 addresses`],
    [attack.startMs + LEAK_AFTER_MS, '>> payments logs a secret key in an error message'],
    [attack.endMs, '>> the attack is over'],
  ]
  return setInterval(() => {
    while (cues[0] !== undefined && simulation.progress.eventMs >= cues[0][0] && !stop.aborted)
      note(paint('cyan', cues.shift()![1]))
  }, 20)
}

function printScore({ verdicts, falseAlarms }: Score): void {
  say()
  say(paint('bold', 'What happened, and when telltale said so'))
  const width = Math.max(...verdicts.map((v) => v.what.length))
  for (const { what, afterMs, by } of verdicts) {
    const found =
      afterMs === null
        ? paint('red', 'missed')
        : `${paint('green', `after ${(afterMs / 1000).toFixed(1)} s`)}, by ${by.join(', ')}`
    say(`  ${what.padEnd(width)}  ${found}`)
  }
  say(
    `  ${'false alarms'.padEnd(width)}  ${falseAlarms === 0 ? paint('green', 'none') : paint('yellow', String(falseAlarms))}`,
  )
  say()
  say("Your own telemetry next: 'telltale run', then point an OTLP exporter at http://127.0.0.1:4318.")
}
