import { TelltaleError } from '../../core/errors.ts'

/** What went wrong while binding, naming the setting to change. */
export function listenFailed(error: unknown, configPath: string, listen: string): TelltaleError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'failed'
  return new TelltaleError('LISTEN_FAILED', `${configPath}: cannot listen on ${listen} (${code})`, {
    cause: error,
  })
}
