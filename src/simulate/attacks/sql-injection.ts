import type { Window } from '../conditions.ts'
import type { Draw } from '../draw.ts'
import type { Source } from '../event.ts'
import { drawAddress, requestEvents } from '../request.ts'
import type { Service } from '../services.ts'
import { Attack } from './attack.ts'

const PROBES = [
  "' OR '1'='1' --",
  "' UNION SELECT NULL,NULL,version() --",
  '1; SELECT pg_sleep(5) --',
  "') AND 1=CAST((SELECT current_user) AS int) --",
  "' AND (SELECT COUNT(*) FROM information_schema.tables) > 0 --",
] as const

/** A scanner walking the parameters of one route: database errors, slow answers, few addresses. */
export function sqlInjection(draw: Draw, window: Window, service: Service, servicePerSecond: number): Source {
  const route = service.routes.find((r) => r.table !== undefined) ?? service.routes[0]!
  const clients = Array.from({ length: 3 }, () => drawAddress(draw))
  return new Attack(draw, window, Math.max(8, servicePerSecond * 0.6), (endMs) => {
    const probe = draw.pick(PROBES)
    const slept = probe.includes('pg_sleep')
    const status = slept ? 200 : draw.chance(0.6) ? 500 : 400
    return requestEvents(draw, {
      endMs,
      durationMs: slept ? 5000 + draw.logNormal(30, 0.4) : draw.logNormal(route.medianMs * 1.5, 0.5),
      instance: draw.pick(service.instances),
      route,
      path: route.route.replace('{id}', '1'),
      query: `q=${encodeURIComponent(probe)}`,
      status,
      client: draw.pick(clients),
      userId: '',
      agent: 'sqlmap/1.9.8#stable (https://sqlmap.org)',
      message:
        status === 500 ? `ERROR: syntax error at or near "${draw.pick(['UNION', "'", 'CAST', ')'])}"` : '',
    })
  })
}
