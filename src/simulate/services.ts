import type { Draw } from './draw.ts'
import type { Instance } from './event.ts'

/** The simulated shop: what runs, what it serves, how long that takes. */

export interface Route {
  readonly method: string
  readonly route: string
  readonly weight: number
  readonly medianMs: number
  /** Standard deviation of the logarithm of the duration. */
  readonly sigma: number
  /** Share of 4xx answers of this route in normal times. */
  readonly refused: number
  /** Table it reads or writes, when it does. */
  readonly table?: string
}

export interface Service {
  readonly name: string
  readonly instances: readonly Instance[]
  /** Share of all traffic. */
  readonly share: number
  readonly routes: readonly Route[]
  readonly cumulative: readonly number[]
  /** `tcp` services log connections instead of requests. */
  readonly speaks: 'http' | 'tcp'
  readonly memoryMiB: number
  readonly cpu: number
}

const route = (
  method: string,
  path: string,
  weight: number,
  medianMs: number,
  sigma: number,
  refused: number,
  table?: string,
): Route => ({
  method,
  route: path,
  weight,
  medianMs,
  sigma,
  refused,
  ...(table === undefined ? {} : { table }),
})

const ROUTES: Readonly<Record<string, readonly Route[]>> = {
  'edge-proxy': [route('CONNECT', '', 1, 3, 0.5, 0.004)],
  'api-gateway': [
    route('GET', '/', 4, 8, 0.4, 0.002),
    route('GET', '/v1/products', 5, 24, 0.5, 0.004),
    route('GET', '/v1/products/{id}', 8, 16, 0.5, 0.015),
    route('POST', '/v1/orders', 1, 90, 0.6, 0.02),
  ],
  auth: [
    route('POST', '/login', 5, 62, 0.35, 0.06, 'users'),
    route('POST', '/token/refresh', 6, 9, 0.4, 0.01),
    route('POST', '/logout', 1, 6, 0.4, 0.002),
  ],
  catalog: [
    route('GET', '/search', 5, 35, 0.6, 0.004, 'products'),
    route('GET', '/products/{id}', 9, 7, 0.5, 0.012, 'products'),
    route('GET', '/recommendations', 3, 48, 0.7, 0.002),
  ],
  cart: [
    route('GET', '/carts/{id}', 5, 5, 0.4, 0.006, 'carts'),
    route('PUT', '/carts/{id}/items', 3, 11, 0.4, 0.01, 'carts'),
  ],
  checkout: [
    route('POST', '/orders', 3, 120, 0.55, 0.02, 'orders'),
    route('GET', '/orders/{id}', 4, 14, 0.5, 0.012, 'orders'),
  ],
  payments: [
    route('POST', '/charges', 3, 240, 0.45, 0.03, 'charges'),
    route('POST', '/refunds', 1, 180, 0.45, 0.02, 'charges'),
  ],
  mailer: [route('POST', '/messages', 1, 75, 0.6, 0.008)],
}

const SHARES: Readonly<Record<string, number>> = {
  'edge-proxy': 20,
  'api-gateway': 26,
  auth: 10,
  catalog: 20,
  cart: 10,
  checkout: 6,
  payments: 4,
  mailer: 4,
}

const build = (
  draw: Draw,
  name: string,
  share: number,
  routes: readonly Route[],
  copies: number,
): Service => {
  const version = `${1 + draw.int(4)}.${draw.int(20)}.${draw.int(9)}`
  let sum = 0
  return {
    name,
    share,
    routes,
    cumulative: routes.map((r) => (sum += r.weight)),
    speaks: name === 'edge-proxy' ? 'tcp' : 'http',
    memoryMiB: draw.between(180, 700),
    cpu: draw.between(0.08, 0.35),
    instances: Array.from({ length: copies }, () => {
      const suffix = draw.letters('bcdfghjklmnpqrstvwxz2456789', 5)
      return {
        service: name,
        version,
        host: `node-${1 + draw.int(6)}`,
        id: `${name}-${draw.hex(10)}-${suffix}`,
      }
    }),
  }
}

/**
 * @param count how many services; past the eight of the shop, further ones `svc-0001` ... with routes of their own
 */
export function buildServices(draw: Draw, count: number): readonly Service[] {
  const names = Object.keys(ROUTES)
  return Array.from({ length: count }, (_, i) => {
    const name = names[i]
    if (name !== undefined) return build(draw, name, SHARES[name]!, ROUTES[name]!, i < 4 ? 2 : 1)
    const routes = Array.from({ length: 4 }, (_r, r) =>
      route(r === 3 ? 'POST' : 'GET', `/v1/resource-${r}/{id}`, 4 - r, draw.logNormal(20, 0.8), 0.5, 0.01),
    )
    return build(draw, `svc-${String(i - names.length + 1).padStart(4, '0')}`, 5, routes, 1)
  })
}
