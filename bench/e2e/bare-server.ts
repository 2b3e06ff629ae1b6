import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { OTLP } from '../../test/support/otlp-proto.ts'

/** The peer every comparison is against: node:http that decodes OTLP logs with protobufjs (or JSON.parse) and forgets. */
const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    let body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
    if (request.headers['content-encoding'] === 'gzip') body = gunzipSync(body)
    if (request.headers['content-type'] === 'application/json') JSON.parse(body.toString('utf8'))
    else OTLP.logs.decode(body)
    response.writeHead(200, { 'content-type': 'application/x-protobuf', 'content-length': 0 }).end()
  })
})
server.listen(0, '127.0.0.1', () => console.log(`listening ${(server.address() as AddressInfo).port}`))
