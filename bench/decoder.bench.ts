import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { KeyTable, ROLE_HASH } from '../src/columns/key-table.ts'
import { RecordBatch, SIGNAL_LOGS } from '../src/columns/record-batch.ts'
import type { PayloadFormat } from '../src/columns/stage.ts'
import { decodeOtlp } from '../src/ingest/otlp/decode/decode-otlp.ts'
import { DEFAULT_DECODE_LIMITS } from '../src/ingest/otlp/decode/limits.ts'
import { OTLP } from '../test/support/otlp-proto.ts'
import { encodeJson, encodeProto, logsRequest } from './support/payload.ts'
import { writeResult } from './support/results.ts'
import { compareRounds, type Piece } from './support/rounds.ts'
import { staticLogsDecode } from './support/static-protobufjs.ts'

/**
 * The decoder against protobufjs and JSON.parse on the same requests of 512 realistic logs; four requests in turn, so
 * that nothing is learned by heart. protobufjs stands there twice: the code that it compiles from message types when
 * it runs, and a static module that its generator wrote. Ratios go to bench/results/decoder.json.
 *
 * The floor is 8 times the static module; the exit status says whether it holds.
 */

const RECORDS = 512
const FLOOR = 8

const requests = [1, 2, 3, 4].map((seed) => logsRequest({ seed, records: RECORDS }))
const proto = requests.map(encodeProto)
const json = requests.map(encodeJson)
const texts = json.map((bytes) => Buffer.from(bytes))

const keys = new KeyTable(1)
for (const key of [
  'service.name',
  'http.route',
  'http.request.method',
  'http.response.status_code',
  'client.address',
  'user.id',
])
  keys.reserve(key, ROLE_HASH)

function ours(payloads: readonly Uint8Array[], format: PayloadFormat): Piece['run'] {
  const batches = payloads.map((payload) => {
    const batch = new RecordBatch(keys, 'linear')
    batch.reset(SIGNAL_LOGS)
    batch.append(payload)
    return batch
  })
  return () => {
    for (const batch of batches) {
      decodeOtlp(batch, format, DEFAULT_DECODE_LIMITS)
      if (batch.count !== RECORDS) throw new Error('a record is missing')
    }
  }
}

const staticDecode = await staticLogsDecode()
if (staticDecode === null) console.log('protobufjs, static: skipped, npm could not install its generator')
const units = RECORDS * requests.length
const pieces: readonly Piece[] = [
  { name: 'telltale, protobuf', units, run: ours(proto, 'otlp_proto') },
  { name: 'protobufjs', units, run: () => proto.map((payload) => OTLP.logs.decode(payload)) },
  ...(staticDecode === null
    ? []
    : [{ name: 'protobufjs, static', units, run: () => proto.map((payload) => staticDecode(payload)) }]),
  { name: 'telltale, JSON', units, run: ours(json, 'otlp_json') },
  { name: 'JSON.parse', units, run: () => texts.map((text) => JSON.parse(text.toString())) },
]

const bytesPerRecord = (payloads: readonly Uint8Array[]): string =>
  (payloads.reduce((sum, payload) => sum + payload.length, 0) / units).toFixed(0)
console.log(
  `${RECORDS} logs a request, nine attributes each: ${bytesPerRecord(proto)} bytes a log in protobuf, ${bytesPerRecord(json)} in JSON`,
)

const { figures, calibrationNanoseconds } = compareRounds(pieces)
const nanoseconds = figures.map((figure) => figure.nanosecondsPerUnit)
console.log(`calibration: ${calibrationNanoseconds.toFixed(2)} ns a dependent multiply-add\n`)

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')
/** Bytes of heap that a unit of work leaves behind; few enough calls that nothing is collected meanwhile. */
function heapBytes({ run, units }: Piece, calls: number): number {
  collect()
  const before = process.memoryUsage().heapUsed
  for (let i = 0; i < calls; i++) run()
  return Math.max(0, process.memoryUsage().heapUsed - before) / (calls * units)
}

for (const [i, piece] of pieces.entries()) {
  const perSecond = (1000 / nanoseconds[i]!).toFixed(2)
  const heap = heapBytes(piece, piece.name.startsWith('telltale') ? 100 : 1)
  console.log(
    `${piece.name.padEnd(20)} ${nanoseconds[i]!.toFixed(0).padStart(6)} ns a log  ${perSecond.padStart(5)} M logs per CPU second  ${heap.toFixed(1).padStart(7)} bytes of heap a log`,
  )
}
const took = (name: string): number => nanoseconds[pieces.findIndex((piece) => piece.name === name)]!
const times = (peer: string, own: string): number => Number((took(peer) / took(own)).toFixed(2))
const ratios = {
  ...(staticDecode === null
    ? {}
    : { 'protobufjs, static': times('protobufjs, static', 'telltale, protobuf') }),
  protobufjs: times('protobufjs', 'telltale, protobuf'),
  'JSON.parse': times('JSON.parse', 'telltale, JSON'),
}
console.log()
for (const [peer, ratio] of Object.entries(ratios)) console.log(`${ratio} times ${peer}`)
const ratio = ratios['protobufjs, static'] ?? ratios.protobufjs
console.log(`${ratio >= FLOOR ? 'holds' : 'FAILS'}: ${ratio} times protobufjs, floor ${FLOOR}`)
writeResult('decoder', { recordsPerRequest: RECORDS, ratios, floor: FLOOR })
if (ratio < FLOOR) process.exitCode = 1
