/** The detectors of a series: bit and index in calibration, name in findings, family whose baseline they share. */
export const UP = 0
export const DOWN = 1
export const SHIFT = 2
export const TAIL = 3
export const FROZEN = 4
export const RARE = 5
export const ERRORS = 6
export const SUBJECTS = 7
export const TEMPLATES = 8
export const DETECTORS = 9

export const RATE = 1
export const VALUE = 2
export const ERROR = 4
export const SUBJECT = 8
export const TEMPLATE = 16
export const FAMILIES = [RATE, RATE, VALUE, VALUE, VALUE, VALUE, ERROR, SUBJECT, TEMPLATE] as const

/** Name in findings; `burst` is an UP that the fastest CUSUMs carried. */
export const NAMES = [
  'rate',
  'rate',
  'shift',
  'tail',
  'frozen',
  'distribution',
  'errors',
  'cardinality',
  'templates',
] as const
