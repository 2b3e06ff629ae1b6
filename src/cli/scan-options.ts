import { availableParallelism } from 'node:os'
import { InvalidArgumentError } from 'commander'
import { parseByteSize } from '../config/scalars.ts'
import { REPORT_FORMATS, type ReportFormat } from '../scanner/reports/formats.ts'
import type { RuleOptions } from './scanner-settings.ts'

/** What `scan` was asked for, as commander gives it. */
export interface ScanOptions extends RuleOptions {
  format: ReportFormat
  output?: string
  failOn: 'mortal' | 'venial' | 'none'
  baseline?: string
  saveBaseline?: string
  staged?: boolean
  diff?: boolean
  since?: string
  gitHistory?: boolean
  gitignore: boolean
  binary?: boolean
  archives: boolean
  maxFileSize: number
  jobs: number
  cache: boolean
  progress: boolean
  reveal?: boolean
}

export const FAIL_ON = ['mortal', 'venial', 'none'] as const
export const DEFAULT_MAX_FILE_BYTES = 1024 ** 3
/** More threads than this wait for the disk. */
const MAX_JOBS = 16

export const defaultJobs = (): number => Math.min(MAX_JOBS, availableParallelism())

export const sizeArg = (text: string): number => {
  const bytes = text === '0' ? 0 : parseByteSize(text)
  if (bytes === null)
    throw new InvalidArgumentError('Expected a size such as 512KiB, 16MiB or 1GB; 0 for no limit.')
  return bytes
}

export const confidenceArg = (text: string): number => {
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0 && value <= 1))
    throw new InvalidArgumentError('Expected a number from 0 to 1.')
  return value
}

export const jobsArg = (text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > 64) throw new InvalidArgumentError('Expected 1 to 64.')
  return value
}

export const listArg = (text: string, before: string[]): string[] => [
  ...before,
  ...text.split(',').filter((item) => item !== ''),
]

export const formatArg = (text: string): ReportFormat => {
  if ((REPORT_FORMATS as readonly string[]).includes(text)) return text as ReportFormat
  throw new InvalidArgumentError(`Formats are ${REPORT_FORMATS.join(', ')}.`)
}
