import { type RouteConfig, routeConfig, type SinksConfig } from '../config.ts'

/** The routes given, or one that takes everything to every output. */
export function effectiveRoutes(config: SinksConfig): readonly RouteConfig[] {
  const to = Object.keys(config.outputs)
  if (config.routes.length > 0 || to.length === 0) return config.routes
  return [routeConfig.parse({ to })]
}
