/**
 * Comparing pieces of code in one process: they take turns, each round gives one figure of CPU time for each, and the
 * median of the rounds counts. Turns share whatever the machine is doing meanwhile, so ratios hold where times do not.
 */
export interface Piece {
  readonly name: string
  /** Units of work, e.g. records, that one call does. */
  readonly units: number
  readonly run: () => void
}

export interface Figure {
  readonly name: string
  /** CPU time of one unit, median of the rounds. */
  readonly nanosecondsPerUnit: number
}

const ROUNDS = 9
const CALIBRATION_STEPS = 20_000_000
/** Each turn takes about this much CPU time. */
const TURN_MICROS = 150_000

const cpuMicros = (run: () => void): number => {
  const before = process.cpuUsage()
  run()
  const { user, system } = process.cpuUsage(before)
  return user + system
}

let sink = 1
/** A multiply and an add that wait for each other: what one core of this machine does in a step, whatever the load. */
function calibrate(): void {
  let x = sink
  for (let i = 0; i < CALIBRATION_STEPS; i++) x = (Math.imul(x, 1_103_515_245) + 12_345) | 0
  sink = x
}

export function compareRounds(pieces: readonly Piece[]): {
  figures: Figure[]
  calibrationNanoseconds: number
} {
  const repeats = pieces.map(({ run }) => {
    let calls = 1
    while (cpuMicros(() => repeat(run, calls)) < TURN_MICROS) calls *= 2
    return calls
  })
  const figures = pieces.map((): number[] => [])
  const calibration: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    calibration.push((cpuMicros(calibrate) * 1000) / CALIBRATION_STEPS)
    for (const [i, piece] of pieces.entries()) {
      const micros = cpuMicros(() => repeat(piece.run, repeats[i]!))
      figures[i]!.push((micros * 1000) / (repeats[i]! * piece.units))
    }
  }
  return {
    figures: pieces.map(({ name }, i) => ({ name, nanosecondsPerUnit: median(figures[i]!) })),
    calibrationNanoseconds: median(calibration),
  }
}

function repeat(run: () => void, calls: number): void {
  for (let i = 0; i < calls; i++) run()
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!
