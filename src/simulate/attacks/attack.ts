import { Arrivals } from '../arrivals.ts'
import type { Window } from '../conditions.ts'
import type { Draw } from '../draw.ts'
import type { SimEvent, Source } from '../event.ts'

/** Extra traffic of one window: a Poisson process of its own, one call of `act` an arrival. */
export class Attack implements Source {
  nextMs: number
  readonly #arrivals: Arrivals
  readonly #act: (timeMs: number) => readonly SimEvent[]

  constructor(draw: Draw, window: Window, perSecond: number, act: (timeMs: number) => readonly SimEvent[]) {
    const traffic = { perSecond: perSecond * window.strength, overdispersion: 0, diurnal: 0 }
    this.#arrivals = new Arrivals(draw, traffic, window.startMs, window.endMs)
    this.#act = act
    this.nextMs = this.#arrivals.next()
  }

  take(): readonly SimEvent[] {
    const events = this.#act(this.nextMs)
    this.nextMs = this.#arrivals.next()
    return events
  }
}
