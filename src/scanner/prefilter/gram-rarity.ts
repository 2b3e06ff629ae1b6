import model from '../models/letters.json' with { type: 'json' }

/** How often a few bytes stand in ordinary log text, roughly: it decides how fast the scanner is, not what it finds. */

const SYMBOLS = 27
const EIGHTHS = 8
const letters = Buffer.from(model.table, 'base64')

/** What logs look like. */
const TYPICAL = `2026-03-01T10:20:30.123Z INFO [main] com.acme.orders.Service - request id=4f3a9c0d-7781 method=GET
  path=/api/v1/items status=200 duration_ms=17 user="svc-orders" {"level":"info","msg":"connected to 10.0.3.17:5432"}
  Received block blk_7294821275446427348 of size 67108864 from /10.251.43.210 terminated successfully at node.internal
  authentication failure; session_id=17 connection_id=3 action_name=switch notification received, options: verbose
  Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/131.0.0.0 https://www.example.com:443/index.html?page=2
  E0314 WARN ERROR DEBUG exception in thread "worker-3" java.lang.IllegalStateException: login failed for user root
  user logged in, server listening on port 1000; symbolic link to app.conf; -----BEGIN CERTIFICATE-----
  api_key=1 API_KEY=1 apiKey: "x" ApiKey access_key ACCESS_KEY access_token ACCESS_TOKEN accessToken client_secret
  CLIENT_SECRET clientSecret secret_key SECRET_KEY auth_token AUTH_TOKEN authToken _password _PASSWORD webhook_url`

const share = new Float64Array(256).fill(0.02)
const typicalGrams = new Set<string>()
for (let i = 0; i < TYPICAL.length; i++) {
  share[TYPICAL.charCodeAt(i)]! += 1 / TYPICAL.length
  typicalGrams.add(TYPICAL.slice(i, i + 4))
}
const total = share.reduce((a, b) => a + b, 0)
/** As if a gram of TYPICAL came once in so many bytes of other text. */
const TYPICAL_SHARE = 1 / 1000
/** How likely letters change case inside a word. */
const CASE_CHANGE = 0.05

const symbolOf = (byte: number): number =>
  byte >= 97 && byte <= 122 ? byte - 96 : byte >= 65 && byte <= 90 ? byte - 64 : 0
const isUpper = (byte: number): boolean => byte >= 65 && byte <= 90

/** Share of the places of ordinary text where these bytes stand: bytes by themselves, letters by the two before them. */
export function shareOf(gram: Uint8Array): number {
  if (typicalGrams.has(Buffer.from(gram).toString('latin1'))) return TYPICAL_SHARE
  let p = 1
  let a = 0
  let b = 0
  for (let i = 0; i < gram.length; i++) {
    const byte = gram[i]!
    const symbol = symbolOf(byte)
    if (symbol === 0 || b === 0) p *= share[byte]! / total
    else {
      p *= Math.min(
        1,
        2 ** (letters.readInt8((a * SYMBOLS + b) * SYMBOLS + symbol) / EIGHTHS) / (SYMBOLS - 1),
      )
      if (isUpper(byte) !== isUpper(gram[i - 1]!)) p *= CASE_CHANGE
    }
    a = symbol === 0 ? 0 : b
    b = symbol
  }
  return p
}
