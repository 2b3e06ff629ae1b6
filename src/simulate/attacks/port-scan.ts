import type { Window } from '../conditions.ts'
import type { Draw } from '../draw.ts'
import type { Source } from '../event.ts'
import { connectionLog } from '../normal.ts'
import { drawAddress } from '../request.ts'
import type { Service } from '../services.ts'
import { Attack } from './attack.ts'

/** One address knocks on every port once, in shuffled order; nearly all connections are refused. */
export function portScan(draw: Draw, window: Window, service: Service, servicePerSecond: number): Source {
  const client = drawAddress(draw)
  const stride = 2 * draw.int(30_000) + 1
  let port = draw.int(65_536)
  return new Attack(draw, window, Math.max(40, servicePerSecond * 3), (timeMs) => {
    port = (port + stride) & 0xffff
    return [connectionLog(draw, service, timeMs, client, port, port !== 443 && port !== 80)]
  })
}
