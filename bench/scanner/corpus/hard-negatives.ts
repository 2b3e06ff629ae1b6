import { BASE62, BASE64, BASE64URL, DIGITS, type Dice, HEX, LOWER, UPPER } from './random.ts'
import { WORDS } from './values.ts'

/**
 * Log lines without a secret that look as if they held one: ids, digests, cursors, references, hashes of passwords and
 * what else stands beside names such as `token`, `key`, `secret` and `password` in logs.
 */
const hex = (d: Dice, n: number): string => d.text(HEX, n)
const uuid = (d: Dice): string => `${hex(d, 8)}-${hex(d, 4)}-4${hex(d, 3)}-a${hex(d, 3)}-${hex(d, 12)}`
const b64 = (d: Dice, n: number): string => d.text(BASE64, n)
const b64u = (d: Dice, n: number): string => d.text(BASE64URL, n)
const w = (d: Dice): string => d.pick(WORDS)
const pod = (d: Dice): string =>
  `${w(d)}-${d.text('bcdfghjklmnpqrstvwxz2456789', 9)}-${d.text('bcdfghjklmnpqrstvwxz2456789', 5)}`
const json = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64')

/** A line's part that is no secret, by kind. */
const PARTS: readonly (readonly [kind: string, make: (d: Dice) => string])[] = [
  ['request id', (d) => `request_id=${hex(d, 32)} token=valid`],
  ['request id', (d) => `x-request-id: ${uuid(d)} auth=ok`],
  ['trace', (d) => `traceparent: 00-${hex(d, 32)}-${hex(d, 16)}-01 secret=false`],
  ['trace', (d) => `trace_id=${hex(d, 32)} span_id=${hex(d, 16)} msg="token accepted"`],
  ['digest', (d) => `image sha256:${hex(d, 64)} pulled with secret ${w(d)}-pull`],
  ['digest', (d) => `password_hash_algorithm=argon2id digest=${hex(d, 64)}`],
  ['digest', (d) => `checksum md5=${hex(d, 32)} file=${w(d)}.key`],
  ['etag', (d) => `ETag: "${hex(d, 32)}" key=${w(d)}/${w(d)}.json`],
  ['etag', (d) => `If-None-Match: W/"${b64u(d, 27)}" token_cache=hit`],
  ['cursor', (d) => `next_page_token=${b64u(d, 40)}`],
  ['cursor', (d) => `"nextToken":"${b64(d, 88)}"`],
  ['cursor', (d) => `cursor=${json({ id: d.between(1, 99_999), after: w(d) })} limit=50`],
  ['cursor', (d) => `continuationToken: ${b64(d, 60)}==`],
  ['cursor', (d) => `sync_token=${d.text(DIGITS, 20)}`],
  ['cursor', (d) => `pageToken=${b64u(d, 32)} pageSize=100`],
  ['masked', (d) => `session=****${hex(d, 4)} password=******** user=${w(d)}`],
  ['masked', (d) => `token=${d.text(BASE62, 4)}...${d.text(BASE62, 4)}`],
  ['masked', (d) => `Authorization: Bearer ${d.text(BASE62, 6)}***`],
  ['masked', (d) => `api_key=${d.text(BASE62, 4)}${'x'.repeat(20)}`],
  ['masked', () => 'password=<redacted len=16>'],
  ['masked', (d) => `secret: [REDACTED:${hex(d, 8)}]`],
  ['hash', (d) => `password=$2b$12$${d.text(`${BASE62}./`, 53)}`],
  ['hash', (d) => `passwd: {SSHA256}${b64(d, 56)}`],
  ['hash', (d) => `"password":"pbkdf2_sha256$720000$${d.text(BASE62, 22)}$${b64(d, 43)}="`],
  ['hash', (d) => `password="scrypt:32768:8:1$${d.text(BASE62, 16)}$${hex(d, 128)}"`],
  ['hash', (d) => `rolpassword=md5${hex(d, 32)}`],
  ['hash', (d) => `password hash ${hex(d, 40)} updated`],
  ['hash', (d) => `token_hash=${hex(d, 64)} user=${w(d)}`],
  ['hash', (d) => `api_key_sha256=${hex(d, 64)}`],
  ['hash', (d) => `hashed_password: ${b64(d, 43)}=`],
  ['template', (d) => `password=\${${w(d).toUpperCase()}_PASSWORD}`],
  ['template', (d) => `token: {{ .Values.${w(d)}.token }}`],
  ['template', (d) => `secret="$\{{ secrets.${w(d).toUpperCase()} }}"`],
  ['template', (d) => `--password=$(cat /run/secrets/${w(d)})`],
  ['template', (d) => `api_key=%(${w(d)}_api_key)s`],
  ['template', (d) => `client_secret=<%= ENV['${w(d).toUpperCase()}'] %>`],
  ['reference', (d) => `secret=vault:secret/data/${w(d)}#password`],
  [
    'reference',
    (d) =>
      `secret_arn=arn:aws:secretsmanager:eu-west-1:${d.text(DIGITS, 12)}:secret:${w(d)}-${d.text(BASE62, 6)}`,
  ],
  ['reference', (d) => `password: arn:aws:ssm:us-east-1:${d.text(DIGITS, 12)}:parameter/${w(d)}/${w(d)}`],
  ['reference', (d) => `token=projects/${d.text(DIGITS, 12)}/secrets/${w(d)}/versions/${d.between(1, 9)}`],
  ['reference', (d) => `keyVaultSecret=https://${w(d)}.vault.azure.net/secrets/${w(d)}/${hex(d, 32)}`],
  ['reference', (d) => `secretRef=${w(d)}-${w(d)} key=password`],
  ['reference', (d) => `password_file=/run/secrets/${w(d)}_password`],
  ['reference', (d) => `kms_key_id=${uuid(d)}`],
  ['reference', (d) => `token source op://${w(d)}/${w(d)}/token`],
  ['key id', (d) => `kid=${b64u(d, 43)} alg=RS256`],
  ['key id', (d) => `accessKeyId=${w(d)} keyId=${hex(d, 16)}`],
  ['key id', (d) => `api_key_id=${d.text(BASE62, 20)}`],
  ['key id', (d) => `signing key ${hex(d, 16)} rotated`],
  ['fingerprint', (d) => `Accepted publickey for ${w(d)}: ED25519 SHA256:${b64(d, 43)}`],
  [
    'fingerprint',
    (d) => `key fingerprint = ${Array.from({ length: 10 }, () => d.text('0123456789ABCDEF', 4)).join(' ')}`,
  ],
  ['fingerprint', (d) => `cert serial=${hex(d, 38)} thumbprint=${hex(d, 40)}`],
  ['fingerprint', (d) => `host key ${Array.from({ length: 16 }, () => hex(d, 2)).join(':')}`],
  ['public', (d) => `pk_live_${d.text(BASE62, 24)} used as publishable_key`],
  ['public', (d) => `public_key=${b64(d, 43)}=`],
  ['public', (d) => `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${b64(d, 43)} ${w(d)}@host`],
  ['integrity', (d) => `integrity=sha512-${b64(d, 86)}==`],
  ['integrity', (d) => `github.com/${w(d)}/${w(d)} v1.2.3 h1:${b64(d, 43)}=`],
  ['commit', (d) => `HEAD is now at ${hex(d, 40)} fix: token refresh`],
  ['commit', (d) => `build ${hex(d, 12)} password page ok`],
  ['object', (d) => `pod/${pod(d)} mounted secret ${w(d)}-token-${d.text('bcdfghjklmnpqrstvwxz2456789', 5)}`],
  ['object', (d) => `secretName: ${w(d)}-${w(d)}-tls`],
  ['object', (d) => `Created secret/${w(d)}-creds-${d.text('bcdfghjklmnpqrstvwxz2456789', 10)}`],
  ['object', (d) => `objectKey=${w(d)}/${hex(d, 32)}.parquet`],
  ['object', (d) => `s3 key=${hex(d, 2)}/${hex(d, 64)}`],
  ['cache', (d) => `cache key ${w(d)}:${w(d)}:${hex(d, 24)} miss`],
  ['cache', (d) => `cacheKey=${hex(d, 40)} ttl=60`],
  ['cache', (d) => `idempotency-key: ${uuid(d)}`],
  ['cache', (d) => `partition_key=${hex(d, 24)} offset=${d.between(1, 9999)}`],
  ['cache', (d) => `routing_key=${w(d)}.${w(d)}.created`],
  ['csrf', (d) => `csrf_token=${b64u(d, 43)} rejected`],
  ['csrf', (d) => `xsrf-token: ${hex(d, 32)}`],
  ['nonce', (d) => `script-src 'nonce-${b64(d, 22)}=='`],
  ['nonce', (d) => `nonce=${b64u(d, 32)} state=${b64u(d, 32)}`],
  ['chain', (d) => `tx 0x${hex(d, 64)} from 0x${hex(d, 40)} token=USDC`],
  ['chain', (d) => `token contract 0x${hex(d, 40)} symbol ABC`],
  ['id', (d) => `_id=ObjectId(${hex(d, 24)}) password_changed=true`],
  ['id', (d) => `user=01${d.text('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 24)} credential=missing`],
  ['id', (d) => `device ${d.text(UPPER + DIGITS, 17)} auth failed`],
  ['id', (d) => `session_id=${uuid(d)} password auth failed`],
  ['id', (d) => `token id ${d.text(BASE62, 22)} revoked`],
  ['id', (d) => `token_id=${uuid(d)}`],
  ['id', (d) => `jti=${uuid(d)} token expired`],
  ['id', (d) => `credential_id=${b64u(d, 86)}`],
  ['id', (d) => `secret version ${hex(d, 32)} promoted`],
  ['count', (d) => `tokens=${d.between(1, 99_999)} max_tokens=${d.between(1, 9999)} prompt_tokens=12`],
  ['count', (d) => `password attempts=${d.between(1, 9)} key_count=${d.between(1, 99)}`],
  ['time', (d) => `token_expires_at=2026-0${d.between(1, 9)}-1${d.between(0, 9)}T10:00:00Z`],
  ['time', (d) => `password_age=${d.between(1, 90)}d secret_ttl=${d.between(1, 900)}s`],
  ['class', (d) => `Bean passwordEncoder of type org.${w(d)}.security.BCryptPasswordEncoder@${hex(d, 8)}`],
  ['class', (d) => `at com.${w(d)}.auth.TokenService.verify(TokenService.java:${d.between(1, 999)})`],
  ['class', (d) => `tokenProvider=${w(d)}TokenProvider@${hex(d, 7)}`],
  ['class', (d) => `KeyStore type=PKCS12 provider=SunJSSE alias=${w(d)}`],
  ['parser', () => `Unexpected token '<', "<!DOCTYPE "... is not valid JSON`],
  ['parser', (d) => `syntax error, unexpected token "${w(d)}", expecting end of file`],
  ['prose', (d) => `user ${w(d)}${d.between(10, 99)} changed their password`],
  [
    'prose',
    (d) =>
      `Failed password for invalid user ${w(d)}${d.between(1, 99)} from 10.0.0.${d.between(1, 254)} port ${d.between(1024, 65_000)} ssh2`,
  ],
  ['prose', (d) => `password reset requested for ${w(d)}${d.between(10, 99)}@example.org`],
  ['prose', (d) => `token for ${w(d)}-${d.between(1, 99)} refreshed in ${d.between(1, 900)}ms`],
  ['prose', (d) => `API key ${w(d)}-${d.between(1, 9)} was created by ${w(d)}${d.between(10, 99)}`],
  ['prose', (d) => `rotating secret for tenant ${uuid(d)}`],
  ['prose', (d) => `the key ${w(d)}_${d.between(1, 99)} does not exist`],
  ['prose', (d) => `Invalid token for request ${d.text(UPPER + DIGITS, 16)}: signature mismatch`],
  ['prose', (d) => `no credentials for host ${w(d)}${d.between(1, 99)}.example.org: trying next`],
  ['prose', (d) => `password check is done, job ${d.text(LOWER + DIGITS, 12)} continues`],
  ['prose', (d) => `secret ${w(d)}-${w(d)} in namespace ${w(d)} not found`],
  ['image', (d) => `avatar=data:image/png;base64,iVBORw0KGgo${b64(d, 120)}`],
  ['encrypted', (d) => `password=ENC(${b64(d, 44)})`],
  [
    'encrypted',
    (d) => `secret: ENC[AES256_GCM,data:${b64(d, 24)},iv:${b64(d, 44)},tag:${b64(d, 24)},type:str]`,
  ],
]

/** How a logger puts a part into its line. */
const FRAMES: readonly ((part: string, d: Dice) => string)[] = [
  (p) => p,
  (p, d) => `2026-03-0${d.between(1, 9)}T10:20:30.123Z INFO [${w(d)}] ${p}`,
  (p, d) => `Mar  ${d.between(1, 9)} 10:20:30 ${w(d)} ${w(d)}[${d.between(1, 9999)}]: ${p}`,
  (p, d) => JSON.stringify({ level: 'info', msg: p, service: w(d) }),
  (p, d) => `[${d.between(1, 99)}] ${w(d).toUpperCase()} | ${p}`,
  (p, d) => `level=debug caller=${w(d)}.go:${d.between(1, 999)} ${p}`,
]

/** @param perKind lines of each part */
export function hardNegatives(d: Dice, perPart: number): { line: string; kind: string }[] {
  const out: { line: string; kind: string }[] = []
  for (const [kind, make] of PARTS)
    for (let i = 0; i < perPart; i++) out.push({ kind, line: d.pick(FRAMES)(make(d), d) })
  return out
}
