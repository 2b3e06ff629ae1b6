import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { matchesIn, secretsIn } from './scan-text.ts'

// Assembled, so that no scanner takes this file for a leak.
const GITHUB = `ghp_${'0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uVwXy'}`
const PASSWORD = `Xy9${'!kd82Lq'}`

test('every secret on a line is found, in order', () => {
  assert.deepEqual(secretsIn(`a=${GITHUB} password=${PASSWORD} token: ${GITHUB}`), [GITHUB, PASSWORD, GITHUB])
})

test('a secret is found between bytes that are no text', () => {
  const bytes = Buffer.concat([
    Buffer.from([0, 255, 254, 0xc3]),
    Buffer.from(` password="${PASSWORD}" `),
    Buffer.from([0x80, 0]),
  ])
  const [match] = matchesIn(bytes)
  assert.equal(bytes.subarray(match!.start, match!.end).toString(), PASSWORD)
})

test('a secret far into a line without an end is found', () => {
  const filler = 'lorem ipsum dolor '.repeat(30_000)
  assert.deepEqual(secretsIn(`${filler}db_password=${PASSWORD} ${filler}`), [PASSWORD])
})

test('each assignment form gives the bare value', () => {
  const v = PASSWORD
  for (const line of [
    `password=${v}`,
    `password: ${v}`,
    `"password":"${v}"`,
    `{\\"password\\":\\"${v}\\",\\"a\\":1}`,
    `{'password': '${v}', 'x': 1}`,
    `DB_PASSWORD=${v} LANG=C`,
    `GET /x?user=a&password=${v}&limit=3 HTTP/1.1`,
    `--password ${v} --host x`,
    `--password=${v} --host x`,
    `<password>${v}</password>`,
    `<property name="password" value="${v}"/>`,
    `{"name":"DB_PASSWORD","value":"${v}"}`,
    `{Host:db Password:${v} Port:5}`,
    `Config(user='a', password='${v}', x=1)`,
    `os.environ["DB_PASSWORD"] = "${v}"`,
    `props.setProperty("db.password", "${v}");`,
    `const dbPassword: string = "${v}";`,
    `let password = String::from("${v}");`,
    `'password' => '${v}',`,
    `define('DB_PASSWORD', '${v}');`,
    `jdbc:sqlserver://h:1433;user=sa;password=${v};encrypt=true`,
    `postgres://app:${v}@db.prod.internal:5432/x`,
    `CREATE USER a IDENTIFIED BY '${v}';`,
    `mysql -u root -p${v} shop`,
    `| db_password | ${v} |`,
    `cs3Label=x cs3=1 password=${v} act=y`,
    `local password <const> = "${v}"`,
    `DB-PASSWORD PIC X(20) VALUE "${v}".`,
    `pub const password: []const u8 = "${v}";`,
    `let password = Some "${v}"`,
    `{password,<<"${v}">>}`,
    `url.Values{"password":[]string{"${v}"}}`,
    `<config:password value="${v}" />`,
    `<input type="text" value="${v}" id="password">`,
    `<tr><td><b>password</b></td><td><code>${v}</code></td></tr>`,
    `<member><name>password</name><value><string>${v}</string></value></member>`,
    `| password | admin | ${v} |`,
    `a;admin password;${v};33`,
    `UPDATE o SET option_value='${v}' WHERE option_name='password';`,
    `HikariConfig - password.................................${v}`,
    `/Stage[main]/App/db_password: changed from 'old' to '${v}'`,
    `##vso[task.setvariable variable=password;issecret=true]${v}`,
    `"DbPassword": { "Type": "String", "Default": "${v}" }`,
    `radiusd: Login incorrect: [bob/${v}] (from client x port 0)`,
    `expect "password:"\nsend "${v}"`,
    `setting password {\n  value "${v}"\n}`,
    `PASSWORD_MYSQL=${v}`,
    `public string Password { get; set; } = "${v}";`,
    `val password by lazy { "${v}" }`,
    `var password: String { "${v}" }`,
    `static PASSWORD: Lazy<String> = Lazy::new(|| "${v}".to_owned());`,
    `.password(SecretString::from("${v}"))`,
    `let x = env::var("PASSWORD").unwrap_or_else(|_| "${v}".into());`,
    `EXEC sp_set @name='password', @value='${v}'`,
    `<data android:key="password" android:value="${v}" />`,
    `{"password":{"old":"${v}","new":null}}`,
    `password: &anchor ${v}`,
    `<td>password:</td><td class="v"><b>${v}</b></td>`,
    `putenv("PASSWORD=${v}");`,
    `<Attribute Name="password"><AttributeValue>${v}</AttributeValue></Attribute>`,
    `<variable><name>password</name><type>text</type><value>${v}</value></variable>`,
    `<label>password</label><input type="text" value="${v}">`,
    `{"path":"/password","op":"add","value":"${v}"}`,
    `INSERT INTO t (\`id\`, \`password\`) VALUES (7, '${v}')`,
    `curl_setopt($c, CURLOPT_USERPWD, "bob:${v}");`,
    `2026-01-01|INFO|app|password=${v}|ok`,
    `CEF:0|A|B|1|1|x|3|msg=login password\\=${v} outcome=failure`,
    `<li>password = <tt>${v}</tt></li>`,
    `<li>password &mdash; ${v}</li>`,
    `<div>admin password</div><div>${v}</div>`,
    `INSERT INTO t (password) SELECT '${v}' FROM dual`,
    `ip ospf message-digest-key 1 md5 ${v}`,
    `crypto map m pre-shared-key address 10.1.2.3 key ${v}`,
    `password = <<EOF\n${v}\nEOF`,
    `Driver={ODBC Driver 18};Uid=bob;Pwd={${v}};Encrypt=yes;`,
    `| Admin password new | ${v} | all |`,
    `<tr><td>Root Password</td><td>${v}</td></tr>`,
    `<Password><Value>${v}</Value><PlainText>true</PlainText></Password>`,
    `$_SERVER['DB_PASSWORD']</td><td class="v">${v}</td>`,
    `request=/login?user\\=bob&password\\=${v} act=allow`,
    `if request.args.get("password") == "${v}":`,
    ` $ db_password : chr "${v}"`,
  ])
    assert.deepEqual(secretsIn(line), [v], line)
})

test('a row, a bracket or a type without a secret is left alone', () => {
  for (const line of [
    'fn hash_password(password: &SecretString) -> Result<String> {',
    'map[password: host:10.2.3.4]',
    '{"password":{"description":"the token","type":"string"}}',
    '<label for="user-passphrase">user-passphrase</label>',
    '[[getpass, getpeername]] "getpass", "getpeername", "getppid"',
    'client_passphrase,\n  alpn_protocols,',
    'mysql -u root -p orders < x.sql',
    'enable secret 9 $9$abcdef0123456789$0123456789abcdef',
    '.TH PASSWD 5 "24 July 1993" "Linux"',
    "Initial password for the 'postgres' user.",
    'is the password case-sensitive?',
    '| password | varchar(64) | not null |',
    'a;admin password;required;33',
    '<config:password value="${db.password}" />',
    'HikariConfig - password.................................<masked>',
    'password_policy=Harbor4711x!',
    'local token <const> = lexer.next()',
  ])
    assert.deepEqual(secretsIn(line), [], line)
})

test('what stands in a secret-named place and is none is left alone', () => {
  for (const value of [
    '${DB_PASSWORD}',
    '{{ .Values.password }}',
    '********',
    '[REDACTED]',
    '<password>',
    'changeme',
    'your_password_here',
    'vault:secret/data/app#password',
    'process.env.DB_PASSWORD',
    'required',
    'null',
    'true',
    'BCryptPasswordEncoder',
    'com.acme.auth.PasswordProvider',
    'arn:aws:secretsmanager:eu-west-1:1:secret:x',
    '/run/secrets/db',
    'eu-west-1',
    'RS256',
    'aes-256-gcm',
    'md5d41d8cd98f00b204e9800998ecf8427e',
    'acme.ledger.auth:TokenBackend',
    '%env(DB_PASSWORD)%',
    '$2b$12$C6UzMDM.H6dfI/f/IKcEeO5Wmd0o3xYqXqkM7sJq9zjF9c1sI8u2i',
    '2026-01-02T03:04:05Z',
    'v1.4.2-rc1',
    'input[name=password]',
    `age1${'qpzry9x8gf2tvdw0s3jn54khce6mua7l'.repeat(2).slice(0, 58)}`,
    ':dbPassword',
    '%%1793',
    'fra1',
    'PT40M',
    '${DB_PASSWORD:?missing}',
    '[[app_token]]',
    'required|min:8|confirmed',
    'ledger-keystore',
    '@dbPassword',
    '!env DB_PASSWORD',
    '$ANSIBLE_VAULT;1.1;AES256',
    'android.os.BinderProxy@cbfd79b',
    '&accounts_password',
    'my_secret_value',
  ])
    assert.deepEqual(secretsIn(`db_password=${value}`), [], value)
})

test('names that only sound secret promise nothing', () => {
  for (const name of [
    'password_reset_url',
    'token_count',
    'key_id',
    'secretName',
    'public_key',
    'next_page_token',
    'passwordEncoder',
    'cache_key',
  ])
    assert.deepEqual(secretsIn(`${name}=aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dF`), [], name)
})

test('a private key is one secret over its lines, plain and escaped', () => {
  const body = 'MIIEowIBAAKCAQEAx7Vq0Yb3fK9mZs1tQwErTyUiOpAsDfGhJkLzXcVbNm123456'
  for (const eol of ['\n', '\\n', '\r\n', '\\\\n']) {
    const pem = [
      `-----BEGIN RSA PRIVATE ${'KEY'}-----`,
      body,
      body,
      `-----END RSA PRIVATE ${'KEY'}-----`,
    ].join(eol)
    assert.deepEqual(secretsIn(`key: "${pem}"`), [pem])
  }
  assert.deepEqual(secretsIn(`expected -----BEGIN RSA PRIVATE ${'KEY'}----- at line 1`), [])
})

test('a mask shows no more than the public prefix', () => {
  const [github, password] = matchesIn(`${GITHUB} password=${PASSWORD}`)
  assert.match(github!.masked, /^ghp_\*+$/)
  assert.match(password!.masked, /^\*+$/)
})

test('the same secret has the same fingerprint, another has another', () => {
  const [a, b, c] = matchesIn(`${GITHUB} ${GITHUB} password=${PASSWORD}`)
  assert.equal(a!.fingerprint, b!.fingerprint)
  assert.notEqual(a!.fingerprint, c!.fingerprint)
})

test('the stages explain the confidence: their deltas add up to it', () => {
  const [match] = matchesIn(`api_key=9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c`)
  const sum = match!.stages.reduce((total, s) => total + s.delta, 0)
  assert.ok(Math.abs(Math.min(1, sum) - match!.confidence) < 1e-6)
})

test('any bytes are scanned without throwing, and matches lie inside and apart', () => {
  const piece = fc.constantFrom(
    'password=',
    '"token":"',
    '://u:',
    '@h',
    'Bearer ',
    '-----BEGIN RSA PRIVATE KEY-----',
    'mysql -p',
    '\\"',
    '\n',
    ' ',
    GITHUB,
    PASSWORD,
    '%3D',
    '<secret>',
    '</',
    'Cookie: session=',
    "IDENTIFIED BY '",
  )
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          piece,
          fc.string(),
          fc.uint8Array({ maxLength: 9 }).map((b) => Buffer.from(b).toString('latin1')),
        ),
        { maxLength: 25 },
      ),
      (parts) => {
        const bytes = Buffer.from(parts.join(''), 'latin1')
        let last = 0
        for (const m of matchesIn(bytes)) {
          assert.ok(m.start >= last && m.end > m.start && m.end <= bytes.length)
          last = m.end
        }
      },
    ),
    { numRuns: 500 },
  )
})
