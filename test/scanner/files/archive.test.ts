import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32, deflateRawSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { pack } from 'tar-stream'
import { DEFAULT_ARCHIVE_LIMITS } from '../../../src/scanner/files/archive.ts'
import { scanBytes } from '../../../src/scanner/files/scan-path.ts'
import { scannerWith, tokenOf } from './scanner-fixture.ts'

const options = { maxFileBytes: 0, archives: DEFAULT_ARCHIVE_LIMITS }

/** A zip as PKWARE's APPNOTE 6.3.10 draws it: local headers, central directory, end record. */
function zipOf(members: Record<string, Buffer>): Buffer {
  const locals: Buffer[] = []
  const central: Buffer[] = []
  let at = 0
  for (const [name, bytes] of Object.entries(members)) {
    const data = deflateRawSync(bytes)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(8, 4)
    common.writeUInt32LE(crc32(bytes), 10)
    common.writeUInt32LE(data.length, 14)
    common.writeUInt32LE(bytes.length, 18)
    common.writeUInt16LE(Buffer.byteLength(name), 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), data])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(at, 10)
    central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common, tail, Buffer.from(name)]))
    locals.push(local)
    at += local.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(central.length, 4)
  end.writeUInt16LE(central.length, 6)
  end.writeUInt32LE(directory.length, 8)
  end.writeUInt32LE(at, 12)
  return Buffer.concat([...locals, directory, Buffer.from('PK\x05\x06'), end])
}

async function tarOf(members: Record<string, Buffer>): Promise<Buffer> {
  const tar = pack()
  for (const [name, bytes] of Object.entries(members)) tar.entry({ name }, bytes)
  tar.finalize()
  const parts: Buffer[] = []
  for await (const part of tar) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

const secretFile = (seed: number): Buffer => Buffer.from(`first\ntoken ${tokenOf(seed)}\n`)

test('what is within zip, tar, gzip and one in another is found, with its place', async () => {
  const tar = await tarOf({ 'etc/app.conf': secretFile(1), 'readme.txt': Buffer.from('nothing') })
  const nested = zipOf({ 'inner.tar.gz': gzipSync(tar), 'b.env': secretFile(2), '../out.txt': secretFile(3) })
  for (const [name, bytes, paths] of [
    ['a.tar', tar, ['a.tar!etc/app.conf']],
    ['a.tar.gz', gzipSync(tar), ['a.tar.gz!etc/app.conf']],
    ['a.log.gz', gzipSync(secretFile(1)), ['a.log.gz']],
    ['a.zip', nested, ['a.zip!inner.tar.gz!etc/app.conf', 'a.zip!b.env', 'a.zip!../out.txt']],
  ] as const) {
    const findings = await scanBytes(scannerWith(), name, bytes, options)
    assert.deepEqual(
      findings.map((f) => f.path),
      paths,
    )
    assert.ok(findings.every((f) => f.line === 2))
  }
})

test('a bomb stops at the limit, is told, and the file goes on', async () => {
  const limits = { memberBytes: 1 << 20, totalBytes: 2 << 20, members: 5, depth: 2 }
  const zeros = Buffer.alloc(4 << 20, 'a')
  const scan = async (bytes: Buffer) => {
    const scanner = scannerWith()
    const findings = await scanBytes(scanner, 'x', bytes, { maxFileBytes: 0, archives: limits })
    return { findings: findings.length, problems: scanner.totals.problems, bytes: scanner.totals.bytes }
  }
  const gzip = await scan(gzipSync(zeros))
  assert.deepEqual(gzip.problems, ['x: unpacks to more than the limit'])
  const zip = await scan(zipOf({ 'a.txt': secretFile(1), 'bomb.txt': zeros, 'b.txt': secretFile(2) }))
  assert.equal(zip.findings, 2)
  assert.ok(zip.problems.includes('x: unpacks to more than the limit') && zip.bytes < 4 << 20)
  const many = await scan(
    zipOf(Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`${i}.txt`, secretFile(i)]))),
  )
  assert.equal(many.findings, 5)
  assert.ok(many.problems[0]!.includes('more members'))
  const deep = await scan(gzipSync(gzipSync(gzipSync(secretFile(1)))))
  assert.equal(deep.findings, 0)
  assert.ok(deep.problems[0]!.includes('archives within archives'))
})

test('a damaged archive never throws and is told', async () => {
  const tar = await tarOf({ a: secretFile(1), b: secretFile(2) })
  const whole = [zipOf({ a: secretFile(1), b: secretFile(2) }), tar, gzipSync(tar)]
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...whole),
      fc.array(fc.tuple(fc.nat(4000), fc.nat(255)), { maxLength: 6 }),
      fc.nat(4000),
      async (archive, flips, cut) => {
        const bytes = Buffer.from(archive)
        for (const [at, value] of flips) bytes[at % bytes.length] = value
        await scanBytes(
          scannerWith(),
          'x',
          bytes.subarray(0, Math.max(1, bytes.length - (cut % bytes.length))),
          options,
        )
      },
    ),
    { numRuns: 300 },
  )
})
