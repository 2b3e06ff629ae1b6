import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** X.509 certificates made on the spot, so that no private key is kept in the repository. Source: RFC 5280, 4.1. */

export interface Certificate {
  readonly cert: string
  readonly key: string
}

export interface Authority extends Certificate {
  readonly name: string
  readonly privateKey: KeyObject
}

const SEQUENCE = 0x30
const SET = 0x31
const OID = {
  commonName: '550403',
  ecdsaWithSha256: '2a8648ce3d040302',
  basicConstraints: '551d13',
  subjectAltName: '551d11',
}

function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const body = Buffer.concat(parts)
  const n = body.length
  const length = n < 128 ? [n] : n < 256 ? [0x81, n] : [0x82, n >> 8, n & 255]
  return Buffer.concat([Buffer.from([tag, ...length]), body])
}
const oid = (hex: string): Buffer => der(6, Buffer.from(hex, 'hex'))
const name = (cn: string): Buffer =>
  der(SEQUENCE, der(SET, der(SEQUENCE, oid(OID.commonName), der(0x0c, Buffer.from(cn)))))
const time = (ms: number): Buffer =>
  der(0x18, Buffer.from(`${new Date(ms).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`))
const extension = (id: string, value: Buffer): Buffer => der(SEQUENCE, oid(id), der(4, value))
const pem = (body: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${body.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`

function issue(subject: string, issuer: Authority | null): Authority {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const now = Date.now()
  const algorithm = der(SEQUENCE, oid(OID.ecdsaWithSha256))
  // localhost and 127.0.0.1
  const san = der(SEQUENCE, der(0x82, Buffer.from('localhost')), der(0x87, Buffer.from([127, 0, 0, 1])))
  const authority = der(SEQUENCE, der(1, Buffer.from([0xff])))
  const toBeSigned = der(
    SEQUENCE,
    der(0xa0, der(2, Buffer.from([2]))),
    der(2, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    name(issuer?.name ?? subject),
    der(SEQUENCE, time(now - 3_600_000), time(now + 86_400_000)),
    name(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(
      0xa3,
      der(
        SEQUENCE,
        issuer === null ? extension(OID.basicConstraints, authority) : extension(OID.subjectAltName, san),
      ),
    ),
  )
  const signature = sign('sha256', toBeSigned, issuer?.privateKey ?? privateKey)
  return {
    name: subject,
    privateKey,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: pem(der(SEQUENCE, toBeSigned, algorithm, der(3, Buffer.from([0]), signature))),
  }
}

export const makeAuthority = (subject: string): Authority => issue(subject, null)
/** A leaf for localhost and 127.0.0.1, signed by `authority`. */
export const makeCertificate = (authority: Authority, subject: string): Certificate =>
  issue(subject, authority)

/** Writes texts as files of a folder that goes away with the test. @returns their paths, in order */
export function temporaryFiles(t: { after(fn: () => void): void }, ...texts: string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'telltale-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return texts.map((text, i) => {
    const path = join(folder, `${i}`)
    writeFileSync(path, text)
    return path
  })
}
