import { createSecureContext, type SecureContextOptions } from 'node:tls'
import { invalid, readConfigured } from './auth.ts'
import type { OtlpTlsConfig } from './config.ts'

export interface TlsOptions extends SecureContextOptions {
  readonly requestCert: boolean
  readonly rejectUnauthorized: boolean
  readonly handshakeTimeout: number
}

const HANDSHAKE_TIMEOUT_MS = 10_000

/**
 * Reads certificate, key and client CA, and tries them once so that a bad pair is said at start.
 * @throws TelltaleError CONFIG_INVALID naming the setting
 */
export function loadTls(tls: OtlpTlsConfig): TlsOptions {
  const options = {
    cert: readConfigured(tls.cert, 'ingest.otlp.tls.cert'),
    key: readConfigured(tls.key, 'ingest.otlp.tls.key'),
    ...(tls.clientCa === undefined ? {} : { ca: readConfigured(tls.clientCa, 'ingest.otlp.tls.clientCa') }),
    minVersion: tls.minVersion,
    requestCert: tls.clientCa !== undefined,
    rejectUnauthorized: tls.clientCa !== undefined,
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
  }
  try {
    createSecureContext(options)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unusable'
    throw invalid(`ingest.otlp.tls: certificate, key or client CA is not usable (${code})`)
  }
  return options
}
