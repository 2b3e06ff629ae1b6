import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeAuthority, makeCertificate } from '../certificates.ts'
import { freePort } from '../daemon.ts'

/** A second listener of the test broker: TLS by an authority made on the spot, SASL/SCRAM for one user. */
export interface SecureListener {
  readonly address: string
  /** Path of the authority's certificate. */
  readonly ca: string
  readonly user: string
  readonly password: string
  readonly properties: Readonly<Record<string, string>>
  readonly formatArguments: readonly string[]
  /** Removes the files. */
  remove(): void
}

export async function secureListener(): Promise<SecureListener> {
  const authority = makeAuthority('test authority')
  const { cert, key } = makeCertificate(authority, 'broker')
  const folder = mkdtempSync(join(tmpdir(), 'telltale-tls-'))
  const ca = join(folder, 'ca.pem')
  const store = join(folder, 'broker.pem')
  writeFileSync(ca, authority.cert)
  writeFileSync(store, `${key}${cert}`)
  const [user, password] = ['reader', 'correct-horse-42']
  const address = `127.0.0.1:${await freePort()}`
  return {
    address,
    ca,
    user,
    password,
    properties: {
      listeners: `PLAINTEXT://127.0.0.1:{port},SASL_SSL://${address},CONTROLLER://127.0.0.1:{controllerPort}`,
      'advertised.listeners': `PLAINTEXT://127.0.0.1:{port},SASL_SSL://${address}`,
      'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL',
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.location': store,
      'sasl.enabled.mechanisms': 'SCRAM-SHA-512',
      'listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config':
        'org.apache.kafka.common.security.scram.ScramLoginModule required;',
    },
    formatArguments: ['--add-scram', `SCRAM-SHA-512=[name=${user},password=${password}]`],
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
