/** What both scorers print: ../shared/tools/stream-score.py and `telltale replay --labels`. */
export interface StreamScores {
  readonly windows: number
  readonly found: number
  readonly medianSeconds: number | null
  readonly maxSeconds: number | null
  readonly falseAlarms: number
  readonly perSeriesDay: number | null
  readonly precision: number | null
  readonly recall: number | null
  readonly f1: number | null
}

/** Reads either text. */
export function readScores(text: string): StreamScores {
  const number = (pattern: RegExp): number | null => {
    const n = Number(pattern.exec(text)?.[1])
    return Number.isNaN(n) ? null : n
  }
  return {
    windows: number(/(?:\d+\/| of )(\d+)/) ?? 0,
    found: number(/(\d+)(?:\/\d+| of \d+)/) ?? 0,
    medianSeconds: number(/median (?:time to detect )?([\d.]+) s/),
    maxSeconds: number(/(?:max|longest) ([\d.]+) s/),
    falseAlarms: number(/false alarms\s+(\d+):/) ?? 0,
    perSeriesDay: number(/: ([\d.]+) per (?:service|series)-day/),
    precision: number(/precision ([\d.]+)/),
    recall: number(/recall ([\d.]+)/),
    f1: number(/F1 ([\d.]+)/),
  }
}
