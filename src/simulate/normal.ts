import { Arrivals, type Traffic } from './arrivals.ts'
import { conditionOf, type Window } from './conditions.ts'
import type { Draw } from './draw.ts'
import { SEVERITY_INFO, SEVERITY_WARN, type SimEvent, type Source } from './event.ts'
import { drawMessage, drawVisitor, fillPath, requestEvents } from './request.ts'
import type { Service } from './services.ts'

const SERVER_ERRORS = 0.002

/** The everyday traffic of one service. Draws are the same whatever is wrong with the service. */
export class NormalTraffic implements Source {
  nextMs: number
  readonly #draw: Draw
  readonly #service: Service
  readonly #windows: readonly Window[]
  readonly #arrivals: Arrivals

  constructor(
    draw: Draw,
    service: Service,
    windows: readonly Window[],
    traffic: Traffic,
    startMs: number,
    endMs: number,
  ) {
    this.#draw = draw
    this.#service = service
    this.#windows = windows
    this.#arrivals = new Arrivals(draw, traffic, startMs, endMs)
    this.nextMs = this.#arrivals.next()
  }

  take(): readonly SimEvent[] {
    const timeMs = this.nextMs
    const condition = conditionOf(this.#windows, this.#service.name, timeMs)
    const events =
      this.#service.speaks === 'tcp' ? this.#connection(timeMs) : this.#request(timeMs, condition)
    this.nextMs = this.#arrivals.next()
    return condition.silent ? [] : events
  }

  #request(timeMs: number, condition: { latencyFactor: number; errors: number }): readonly SimEvent[] {
    const draw = this.#draw
    const service = this.#service
    const route = service.routes[draw.weighted(service.cumulative)]!
    const durationMs = draw.logNormal(route.medianMs, route.sigma) * condition.latencyFactor
    const fate = draw.unit()
    const failed = SERVER_ERRORS + condition.errors
    const refusal = route.route === '/login' ? 401 : route.route.includes('{id}') ? 404 : 400
    const status =
      fate < failed ? 500 : fate < failed + route.refused ? refusal : route.method === 'POST' ? 201 : 200
    return requestEvents(draw, {
      ...drawVisitor(draw),
      endMs: timeMs,
      durationMs,
      instance: draw.pick(service.instances),
      route,
      path: fillPath(draw, route.route),
      query: route.route === '/search' ? `q=${draw.letters('abcdefghijklmnoprstu', 5)}` : '',
      status,
      message: drawMessage(draw),
    })
  }

  #connection(timeMs: number): readonly SimEvent[] {
    const draw = this.#draw
    const { client } = drawVisitor(draw)
    const port = draw.chance(0.9) ? 443 : 80
    const refused = draw.chance(this.#service.routes[0]!.refused)
    return [connectionLog(draw, this.#service, timeMs, client, port, refused)]
  }
}

/** A line of the proxy about one TCP connection. */
export function connectionLog(
  draw: Draw,
  service: Service,
  timeMs: number,
  client: string,
  port: number,
  refused: boolean,
): SimEvent {
  const clientPort = 1024 + draw.int(64_000)
  return {
    signal: 'logs',
    timeMs,
    instance: draw.pick(service.instances),
    severity: refused ? SEVERITY_WARN : SEVERITY_INFO,
    body: `${refused ? 'refused' : 'accepted'} tcp ${client}:${clientPort} to port ${port}`,
    attributes: {
      'network.transport': 'tcp',
      'client.address': client,
      'client.port': clientPort,
      'server.port': port,
      duration_ms: refused ? 0 : Math.round(draw.logNormal(3, 0.5) * 100) / 100,
    },
    traceId: '',
    spanId: '',
  }
}
