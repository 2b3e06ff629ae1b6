import { TelltaleError } from '../core/errors.ts'

/** Prints what went wrong and what to do next. @returns the exit status */
export function reportError(error: unknown): number {
  if (error instanceof TelltaleError) {
    process.stderr.write(`telltale: ${error.message}\n`)
    for (const line of error.detail) process.stderr.write(`  ${line}\n`)
    process.stderr.write(`${error.spec.help}\n`)
    return error.spec.exit
  }
  process.stderr.write(
    `telltale: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  )
  return 70
}
