import type { Window } from '../conditions.ts'
import type { Draw } from '../draw.ts'
import type { Source } from '../event.ts'
import { drawAddress, drawVisitor, requestEvents } from '../request.ts'
import type { Service } from '../services.ts'
import { Attack } from './attack.ts'

const PROXIES = 4000
const SUCCESS = 0.004

/** Stolen user names and passwords tried through rotating proxies: many new addresses and users, nearly all refused. */
export function credentialStuffing(
  draw: Draw,
  window: Window,
  service: Service,
  servicePerSecond: number,
): Source {
  const route = service.routes.find((r) => r.route === '/login') ?? service.routes[0]!
  const proxies = Array.from({ length: PROXIES }, () => drawAddress(draw))
  return new Attack(draw, window, Math.max(20, servicePerSecond * 4), (endMs) =>
    requestEvents(draw, {
      endMs,
      durationMs: draw.logNormal(route.medianMs * 0.9, 0.25),
      instance: draw.pick(service.instances),
      route,
      path: route.route,
      query: '',
      status: draw.chance(SUCCESS) ? 201 : 401,
      client: draw.pick(proxies),
      userId: `u-${(100_000 + draw.int(2_000_000)).toString(36)}`,
      agent: drawVisitor(draw).agent,
      message: '',
    }),
  )
}
