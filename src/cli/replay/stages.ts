import { TelltaleError } from '../../core/errors.ts'
import type { ReplayStages } from './run-replay.ts'

/** The daemon's own stages, from a configuration or its defaults. */
export function makeStages(_config: string | undefined, _seed: number | undefined): ReplayStages {
  throw new TelltaleError('INTERNAL', 'the detectors are not wired yet')
}
