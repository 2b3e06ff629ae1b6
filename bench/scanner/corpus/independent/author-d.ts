// geny.ts — corpus generator "author Y". usage: node geny.ts SEED > roundy.jsonl
// Every secret is random; every line is invented. Values are wrapped in private-use markers
// while templates run, then the markers are removed and the offsets recorded.
const seedArg = Number(process.argv[2] ?? 1);
let st = (seedArg * 2654435761 + 97) >>> 0;
function rnd(): number { st = (st + 0x6d2b79f5) >>> 0; let t = st; t = Math.imul(t ^ (t >>> 15), t | 1); t ^= t + Math.imul(t ^ (t >>> 7), t | 61); return ((t ^ (t >>> 14)) >>> 0) / 4294967296; }
const int = (a: number, b: number): number => a + Math.floor(rnd() * (b - a + 1));
const pick = <T>(a: readonly T[]): T => a[Math.floor(rnd() * a.length)];
const chars = (al: string, n: number): string => { let s = ''; for (let i = 0; i < n; i++) s += al[Math.floor(rnd() * al.length)]; return s; };
const LO = 'abcdefghijklmnopqrstuvwxyz', UP = LO.toUpperCase(), DG = '0123456789';
const B62 = UP + LO + DG, B64 = B62 + '+/', B64U = B62 + '-_', HEX = '0123456789abcdef', LD = LO + DG, UD = UP + DG, B32 = UP + '234567';
const hex = (n: number) => chars(HEX, n), HEXU = (n: number) => chars('0123456789ABCDEF', n), b62 = (n: number) => chars(B62, n), dg = (n: number) => chars('123456789', 1) + chars(DG, n - 1);
const b64u = (n: number) => { let s = chars(B64U, n - 1); return chars(B62, 1) + s.slice(1) + chars(B62, 1); };
const b64b = (bytes: number) => Buffer.from(Array.from({ length: bytes }, () => int(0, 255))).toString('base64');
const uuid = () => `${hex(8)}-${hex(4)}-4${hex(3)}-${pick(['8', '9', 'a', 'b'])}${hex(3)}-${hex(12)}`;
const mix = (f: () => string): string => { for (;;) { const s = f(); if (/[0-9]/.test(s) && /[A-Za-z]/.test(s)) return s; } };

// ---------- vocabulary
const SVC = ['shipping-quotes', 'parcel-tracker', 'loyalty', 'pricing-engine', 'seat-map', 'crew-roster', 'tariff-loader', 'menu-sync', 'invoice-pdf', 'claims-intake', 'fleet-telemetry', 'kyc-gateway'];
const HOST = ['db7.harrow.lan', 'pg-main.kestrel.net', 'cache02.oslo.kestrel.net', 'mq.harrow.lan', 'files.tern-logistics.com', 'ldap.harrow.lan', 'app-14.fra.kestrel.net', 'vpn.tern-logistics.com', '172.19.4.' + '31', '192.168.88.17'];
const USR = ['mwilson', 'svc_tariff', 'etl', 'reporting', 'kerstin', 'jdoe2', 'seatmap_app', 'monitor', 'sa_ingest', 'backup'];
const PER = ['Kerstin', 'Jonas', 'Amara', 'Tomasz', 'Ingrid', 'Dmitri', 'Priya', 'Luis', 'Hannah', 'Yusuf'];
const MON = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const p2 = (n: number) => String(n).padStart(2, '0');
const date = () => `2026-${p2(int(1, 12))}-${p2(int(1, 28))}`, time = () => `${p2(int(0, 23))}:${p2(int(0, 59))}:${p2(int(0, 59))}`;
const iso = () => `${date()}T${time()}.${chars(DG, 3)}Z`, sysd = () => `${pick(MON)} ${int(10, 28)} ${time()}`, clf = () => `${p2(int(1, 28))}/${pick(MON)}/2026:${time()} +0000`;
const ip = () => `10.${int(0, 255)}.${int(0, 255)}.${int(1, 254)}`;
const svc = () => pick(SVC), host = () => pick(HOST), usr = () => pick(USR), per = () => pick(PER), lvl = () => pick(['INFO', 'DEBUG', 'WARN', 'ERROR']);
const WORDS = 'marigold bluebird walnut canyon thimble cobalt juniper saffron tortoise lighthouse pelican mulberry glacier trombone cinnamon driftwood hazelnut meteor parsnip quicksand raspberry sapphire tangerine umbrella velvet whistle xylophone yesterday zeppelin avocado bonfire cathedral dandelion elderberry firefly gooseberry hedgehog icicle jellyfish kangaroo lavender magnolia nectarine orchestra porcupine rhubarb snowflake thunder unicorn vineyard waterfall buttercup chestnut dragonfly evergreen foxglove gingerbread honeycomb ivory jackdaw kingfisher limestone moonlight nightingale obsidian peppermint quartzite riverbank sandstone turnip violin windmill'.split(' ');
const cap = (s: string) => s[0].toUpperCase() + s.slice(1);

// ---------- values: a maker per shape
type Val = { kind: string; group: string; shape: string; name: string; v: string };
const SYM = '!@#%^*_-+=?~';
const PW: Record<string, () => string> = {
  'pw-random': () => mix(() => chars(B62, 1) + chars(B62 + SYM, int(8, 16)) + chars(B62, 1)),
  'pw-leet': () => cap(pick(WORDS)).replace(/a/g, '4').replace(/e/g, '3').replace(/o/g, '0').replace(/i/g, '1') + pick(['!', '#', '_', '-', '@', '']) + dg(int(2, 4)),
  'pw-mixed': () => mix(() => chars(LO, 3) + pick(['#', '!', '-', '.']) + dg(3) + cap(chars(LO, 4)) + pick(['!', '9', '7', 'Q'])),
  'pw-generated': () => mix(() => b62(int(14, 26))),
  'pw-grouped': () => mix(() => [b62(6), b62(6), b62(6)].join('-')), // keychain style
};
const GEN: Record<string, () => string> = {
  'hex32': () => hex(32), 'hex40': () => hex(40), 'hex64': () => hex(64), 'hex128': () => hex(128),
  'b62-24': () => mix(() => b62(24)), 'b62-40': () => mix(() => b62(40)), 'b62-56': () => mix(() => b62(56)), 'upper-32': () => mix(() => chars(UD, 32)),
  'base64-32': () => b64b(32), 'base64-64': () => b64b(64), 'b64url-43': () => mix(() => b64u(43)), 'b64url-22': () => mix(() => b64u(22)), 'lower-52': () => mix(() => chars(LO + '234567', 52)),
};
const WD: Record<string, () => string> = {
  'word-1': () => pick(WORDS), 'word-1-cap': () => cap(pick(WORDS)), 'word-2-camel': () => cap(pick(WORDS)) + cap(pick(WORDS)), 'word-2-glued': () => pick(WORDS) + pick(WORDS),
  'word-2-dash': () => pick(WORDS) + '-' + pick(WORDS), 'word-3-dash': () => [pick(WORDS), pick(WORDS), pick(WORDS)].join('-'), 'word-4-dash': () => [1, 2, 3, 4].map(() => pick(WORDS)).join('-'), 'word-3-dot': () => [1, 2, 3].map(() => pick(WORDS)).join('.'), 'word-3-under': () => [1, 2, 3].map(() => pick(WORDS)).join('_'),
};
const PWN = ['db password', 'smtp password', 'ldap bind password', 'admin password', 'keystore password', 'redis password', 'ftp passwd', 'truststore password', 'proxy password', 'sftp pwd', 'wifi passphrase', 'mqtt password', 'root password', 'vnc password', 'snmp auth password', 'service account password', 'p12 password', 'imap password', 'bind pw'];
const GNN = ['api key', 'client secret', 'webhook signing key', 'session secret', 'jwt secret', 'hmac secret', 'master key', 'auth token', 'refresh token', 'access token', 'deploy token', 'encryption key', 'app secret', 'partner api key', 'cookie secret', 'license secret', 'bot token', 'consumer secret', 'shared secret', 'secret key base', 'storage account key', 'admin api token'];
type Pre = [string, string, () => string];
const PRE: Pre[] = [
  ['airtable', 'airtable api key', () => 'pat' + b62(14) + '.' + hex(64)], ['shopify', 'shopify access token', () => pick(['shpat_', 'shpca_', 'shppa_', 'shpss_']) + hex(32)],
  ['telegram-bot', 'telegram bot token', () => dg(10) + ':AA' + b64u(33)], ['facebook', 'fb page token', () => 'EAA' + pick(['C', 'M']) + b62(int(140, 180))],
  ['notion', 'notion api key', () => 'ntn_' + dg(11) + b62(35)], ['notion-legacy', 'notion token', () => 'secret_' + mix(() => b62(43))], ['postman', 'postman api key', () => `PMAK-${hex(24)}-${hex(34)}`],
  ['contentful', 'contentful management token', () => 'CFPAT-' + b64u(43)], ['netlify', 'netlify auth token', () => 'nfp_' + b62(40)], ['supabase', 'supabase access token', () => 'sbp_' + hex(40)],
  ['sentry-org', 'sentry auth token', () => 'sntrys_eyJpYXQiOj' + b62(120) + '_' + chars(B64, 43)], ['vault', 'vault token', () => 'hvs.' + b64u(int(91, 100))], ['vault-batch', 'vault token', () => 'hvb.' + b64u(int(140, 170))],
  ['tailscale', 'ts authkey', () => `tskey-auth-k${b62(11)}CNTRL-${b62(32)}`], ['duffel', 'duffel token', () => 'duffel_live_' + b64u(43)], ['easypost', 'easypost api key', () => 'EZAK' + b62(54)],
  ['flutterwave', 'flw secret key', () => `FLWSECK-${hex(32)}-X`], ['frameio', 'frameio token', () => 'fio-u-' + b64u(64)], ['plaid', 'plaid access token', () => 'access-production-' + uuid()], ['prefect', 'prefect api key', () => 'pnu_' + b62(36)],
  ['readme', 'readme api key', () => 'rdme_' + chars(LD, 70)], ['scalingo', 'scalingo api token', () => 'tk-us-' + b64u(48)], ['brevo', 'brevo api key', () => `xkeysib-${hex(64)}-${b62(16)}`], ['shippo', 'shippo token', () => 'shippo_live_' + hex(40)],
  ['typeform', 'typeform token', () => 'tfp_' + b62(44) + '_' + b62(14)], ['adafruit', 'adafruit io key', () => 'aio_' + b62(28)], ['bitbucket', 'bitbucket app password', () => 'ATBB' + b62(32)], ['buildkite', 'buildkite agent token', () => 'bkua_' + hex(40)],
  ['circleci', 'circleci token', () => `CCIPAT_${b62(22)}_${hex(40)}`], ['clojars', 'clojars password', () => 'CLOJARS_' + hex(60)], ['cloudflare-origin-ca', 'cf origin ca key', () => `v1.0-${hex(24)}-${hex(146)}`], ['definednet', 'dn api key', () => `dnkey-${chars(UD, 26)}-${chars(UD, 52)}`],
  ['infracost', 'infracost api key', () => 'ico-' + b62(32)], ['intra42', 'ft client secret', () => 's-s4t2ud-' + hex(64)], ['jfrog', 'artifactory api key', () => 'AKCp' + b62(69)], ['jfrog-ref', 'jfrog access token', () => 'cmVmdGtu' + b62(56)],
  ['launchdarkly', 'launchdarkly sdk key', () => 'sdk-' + uuid()], ['mapbox-secret', 'mapbox secret token', () => 'sk.eyJ1Ijoi' + b62(68) + '.' + b64u(22)], ['maxmind', 'maxmind license key', () => `${b62(6)}_${b62(29)}_mmk`],
  ['nuget', 'nuget api key', () => 'oy2' + chars(LD, 43)], ['octopus', 'octopus api key', () => 'API-' + mix(() => chars(UD, 26))], ['openshift', 'oc token', () => 'sha256~' + b64u(43)], ['sonar', 'sonar token', () => pick(['squ_', 'sqp_', 'sqa_']) + hex(40)],
  ['sourcegraph', 'src access token', () => `sgp_${hex(16)}_${hex(40)}`], ['harness', 'harness api key', () => `pat.${b62(22)}.${hex(24)}.${b62(20)}`], ['yandex', 'yc api key', () => 'AQVN' + b64u(36)], ['onepassword-sa', 'op service account token', () => 'ops_eyJzaWduSW5BZGRyZXNzIjoi' + b62(260)],
  ['langsmith', 'langsmith api key', () => `lsv2_pt_${hex(32)}_${hex(10)}`], ['pinecone', 'pinecone api key', () => `pcsk_${b62(5)}_${b62(63)}`], ['groq', 'groq api key', () => 'gsk_' + b62(52)], ['xai', 'xai api key', () => 'xai-' + b62(80)],
  ['replicate', 'replicate api token', () => 'r8_' + b62(37)], ['openrouter', 'openrouter api key', () => 'sk-or-v1-' + hex(64)], ['dockerhub', 'docker hub token', () => 'dckr_pat_' + b64u(27)], ['hubspot', 'hubspot private app token', () => 'pat-na1-' + uuid()],
  ['braintree', 'braintree access token', () => `access_token$production$${chars(LD, 16)}$${hex(32)}`], ['aiven', 'aiven db password', () => 'AVNS_' + b62(19)], ['mercadopago', 'mp access token', () => `APP_USR-${dg(16)}-${dg(6)}-${hex(32)}-${dg(9)}`],
  ['posthog-personal', 'posthog personal api key', () => 'phx_' + b62(43)], ['rootly', 'rootly api token', () => 'rootly_' + hex(64)], ['dropbox', 'dropbox access token', () => 'sl.' + b64u(int(135, 150))], ['google-refresh', 'google refresh token', () => '1//0' + chars(DG, 1) + b64u(int(96, 101))],
  ['google-access', 'gcloud access token', () => 'ya29.' + b64u(int(150, 190))], ['aws-session', 'aws session token', () => 'IQoJb3JpZ2luX2Vj' + chars(B64, int(240, 300)) + '=='], ['azure-devops', 'azure devops ext pat', () => b62(76) + 'AZDO' + b62(4)],
  ['deno-deploy', 'deno deploy token', () => 'ddp_' + b62(36)], ['nats-seed', 'nats nkey seed', () => 'SU' + chars(B32, 56)], ['slack-config', 'slack config token', () => `xoxe.xoxp-1-${b62(166)}`], ['clickup', 'clickup token', () => `pk_${dg(8)}_${chars(UD, 32)}`],
  ['asana', 'asana pat', () => `1/${dg(16)}:${hex(32)}`], ['jetbrains', 'youtrack token', () => `perm-${b62(14)}==.${b62(8)}==.${b62(30)}`], ['resend', 'resend api key', () => `re_${b62(8)}_${b62(24)}`], ['inngest', 'inngest signing key', () => 'signkey-prod-' + hex(64)],
  ['calcom', 'cal api key', () => 'cal_live_' + hex(32)], ['apify', 'apify token', () => 'apify_api_' + b62(36)], ['honeybadger', 'honeybadger token', () => 'hbp_' + b62(36)], ['paddle', 'paddle api key', () => `pdl_live_apikey_01${chars(LD, 24)}_${b62(22)}_${b62(3)}`],
  ['langfuse', 'langfuse secret key', () => 'sk-lf-' + uuid()], ['lob', 'lob api key', () => 'live_' + hex(35)], ['paystack', 'paystack secret key', () => 'sk_live_' + hex(40)], ['ghost-admin', 'ghost admin api key', () => `${hex(24)}:${hex(64)}`], ['settlemint', 'settlemint token', () => 'sm_aat_' + b62(16)],
];
const rot: Record<string, number> = {};
const next = <T>(key: string, a: readonly T[]): T => { rot[key] = (rot[key] ?? int(0, a.length)) + 1; return a[rot[key] % a.length]; };
const kinds: string[] = [];
const kid = (k: string) => { let i = kinds.indexOf(k); if (i < 0) { kinds.push(k); i = kinds.length - 1; } return String.fromCharCode(0xe100 + i); };
const S = (kind: string, v: string) => '\ue000' + kid(kind) + v + '\ue001';
const enc = encodeURIComponent;
function value(cat: string): Val {
  if (cat === 'x') { const [k, n, f] = next('pre', PRE); return { kind: k, group: 'prefixed', shape: 'prefixed', name: n, v: f() }; }
  if (cat === 'w') { const s = next('wd', Object.keys(WD)); return { kind: 'word-password', group: 'words', shape: s, name: next('pwn', PWN), v: WD[s]() }; }
  if (cat === 'p') { const s = next('pw', Object.keys(PW)); return { kind: 'generic-password', group: 'generic', shape: s, name: next('pwn', PWN), v: PW[s]() }; }
  const s = next('gen', Object.keys(GEN)); const n = next('gnn', GNN);
  return { kind: 'generic-' + n.split(' ').slice(-1)[0], group: 'generic', shape: s, name: n, v: GEN[s]() };
}
type C = { v: string; q: string; env: string; camel: string; snake: string; kebab: string; pascal: string; dot: string; human: string; kind: string };
function ctxOf(name: string, v: string, q: string, kind: string): C {
  const w = name.split(' ');
  return { v, q, kind, env: w.join('_').toUpperCase(), snake: w.join('_'), kebab: w.join('-'), dot: w.join('.'), camel: w[0] + w.slice(1).map(cap).join(''), pascal: w.map(cap).join(''), human: w.map((x) => ['api', 'db', 'smtp', 'ldap', 'jwt', 'hmac', 'ftp', 'sftp', 'mqtt', 'vnc', 'pat', 'sdk'].includes(x) ? x.toUpperCase() : x).join(' ') };
}
// benign stand-ins, by class, used to mirror each positive template
const MIRROR: Record<string, () => string> = {
  masked: () => pick(['********', '[REDACTED]', '***', 'REDACTED', '[FILTERED]', '(hidden)', 'xxxxxxxx', '••••••••', '[sensitive]', '*****' + chars(LD, 3), '(sensitive value)', '[MASKED]']),
  placeholder: () => pick(['YOUR_SECRET_HERE', 'your-key-here', 'TODO', 'insert_token_here', 'REPLACE_ME', 'PLACEHOLDER', 'your_password', 'example', 'FIXME', 'replace-with-real-value', 'TBD', 'dummy']),
  reference: () => pick([`\${${pick(['DB_PASSWORD', 'SMTP_PASS', 'APP_KEY', 'TOKEN', 'SVC_SECRET'])}}`, '{{ .Values.auth.secret }}', `vault:secret/data/${svc()}#credential`, `arn:aws:secretsmanager:eu-north-1:${dg(12)}:secret:${svc()}-${b62(6)}`, `op://Production/${svc()}/credential`, '%(ENV_SECRET)s', `projects/${dg(11)}/secrets/${svc()}/versions/${int(1, 30)}`, `ssm:/prod/${svc()}/secret`, '$(SECRET_FROM_POOL)', '{{ vault_secret_value }}', '@Microsoft.KeyVault(SecretUri=https://kv-harrow.vault.azure.net/secrets/app)']),
  none: () => pick(['null', 'none', 'unset', 'undefined', 'empty', 'N/A', 'missing', 'not set', 'false', 'unchanged', 'unknown']),
};

// ---------- positive templates
type T = { half: string; ctx: string; cats: string; mir: string; f: (c: C) => string };
const TT: T[] = [];
const A = (ctx: string, cats: string, mir: string, f: (c: C) => string) => { TT.push({ half: 'A', ctx, cats, mir, f }); };
const B = (ctx: string, cats: string, mir: string, f: (c: C) => string) => { TT.push({ half: 'B', ctx, cats, mir, f }); };
const J = JSON.stringify;
// A: application, infrastructure and CI logs
A('spring', 'gpxw', 'mrn', (c) => `${date()} ${time()}.${chars(DG, 3)}  ${lvl()} ${int(1, 30)} --- [           main] o.h.${c.pascal}Configuration : binding ${c.dot}=${c.v} for profile 'prod'`);
A('log4j', 'gpx', 'mr', (c) => `${time()},${chars(DG, 3)} ${lvl()} [pool-${int(1, 9)}-thread-${int(1, 9)}] com.harrow.${c.camel}.Loader (Loader.java:${int(20, 400)}) - resolved property [${c.dot}] -> [${c.v}]`);
A('python-logging', 'gpxw', 'mn', (c) => `${date()} ${time()},${chars(DG, 3)} - ${svc()} - ${lvl()} - settings: {'host': '${host()}', '${c.snake}': '${c.v}', 'timeout': ${int(1, 60)}}`);
A('python-repr', 'gpx', 'mrn', (c) => `DEBUG:root:Settings(env='prod', ${c.snake}='${c.v}', retries=${int(1, 9)}, debug=False)`);
A('python-secretbytes', 'gx', '', (c) => `pydantic.error_wrappers.ValidationError: 1 validation error for Settings ${c.snake}: extra fields not permitted (type=value_error.extra; input_value=b'${c.v}')`);
A('ruby-params', 'pxw', 'm', (c) => `I, [${date()}T${time()}.${chars(DG, 6)} #${int(100, 9999)}]  INFO -- : Parameters: {"utf8"=>"✓", "account"=>{"login"=>"${usr()}", "${c.snake}"=>"${c.v}"}, "commit"=>"Save"}`);
A('ruby-symbols', 'gpx', 'm', (c) => `E, [${iso()}] ERROR -- : connect failed with {:host=>"${host()}", :${c.snake}=>"${c.v}", :port=>${int(1000, 9999)}}`);
A('php-vardump', 'pgx', 'm', (c) => `[${pick(MON)} ${int(1, 28)} 2026 ${time()}] PHP Notice: config = Array ( [host] => ${host()} [${c.snake}] => ${c.v} [charset] => utf8mb4 ) in /srv/www/bootstrap.php on line ${int(3, 400)}`);
A('php-trace', 'p', 'm', (c) => `#${int(0, 9)} /srv/www/vendor/doctrine/dbal/Driver/PDOConnection.php(${int(20, 90)}): PDO->__construct('mysql:host=${host()}', '${usr()}', '${c.v}', Array)`);
A('go-struct', 'gpx', 'm', (c) => `${date().replace(/-/g, '/')} ${time()} cfg: {Addr:${ip()}:${int(1000, 9999)} User:${usr()} ${c.pascal}:${c.v} Timeout:${int(1, 90)}s TLS:true}`);
A('go-quoted-struct', 'gpxw', 'mr', (c) => `panic: invalid config: &main.Config{Env:"prod", ${c.pascal}:"${c.v}", Debug:false}`);
A('rust-debug', 'gpx', 'm', (c) => `[${iso()} ${lvl()} ${svc().replace(/-/g, '_')}::config] Config { region: "fra1", ${c.snake}: "${c.v}", workers: ${int(1, 32)} }`);
A('rust-some', 'gx', 'n', (c) => `thread 'main' panicked at src/client.rs:${int(10, 300)}:${int(3, 40)}: bad creds: Credentials { ${c.snake}: Some("${c.v}"), expires: None }`);
A('java-tostring', 'gpxw', 'mn', (c) => `${iso()} ERROR Failed to open pool: DataSourceProps{url='jdbc:db2://${host()}:50000/CLAIMS', user='${usr()}', ${c.camel}='${c.v}', maxPool=${int(4, 40)}}`);
A('java-lombok', 'gpx', 'mn', (c) => `c.h.k.Client : retrying with ClientProperties(baseUrl=https://${host()}/api, ${c.camel}=${c.v}, readTimeout=PT${int(2, 40)}S)`);
A('erlang', 'pw', '', (c) => `=ERROR REPORT==== ${int(1, 28)}-${pick(MON)}-2026::${time()} === connection <0.${int(100, 9999)}.0> refused: {auth_failure,[{username,<<"${usr()}">>},{password,<<"${c.v}">>}]}`);
A('elixir', 'gpx', 'm', (c) => `${time()}.${chars(DG, 3)} [error] Postgrex.Protocol failed to connect: [hostname: "${host()}", ${c.snake}: "${c.v}", pool_size: ${int(2, 30)}]`);
A('dotnet-exception', 'p', 'm', (c) => `System.InvalidOperationException: Cannot open connection 'Server=${host()};Database=Claims;User Id=${usr()};Password=${c.v};Encrypt=True' at Harrow.Data.Pool.Open() in /src/Pool.cs:line ${int(10, 400)}`);
A('dotnet-odbc', 'pw', 'm', (c) => `warn: Odbc[17] retry ${int(1, 5)}: Driver={ODBC Driver 18 for SQL Server};Server=tcp:${host()},1433;Uid=${usr()};Pwd=${c.v};TrustServerCertificate=no`);
A('node-error', 'gpx', 'm', (c) => `UnhandledPromiseRejectionWarning: AxiosError: Request failed with status code 401 { config: { baseURL: 'https://${host()}', ${c.camel}: '${c.v}', timeout: ${int(1, 9)}000 } }`);
A('json-msg', 'gpxw', 'mrn', (c) => J({ '@timestamp': iso(), 'log.level': lvl(), 'service.name': svc(), labels: { [c.snake]: c.v, zone: 'b' }, message: 'effective configuration' }));
A('json-gcp', 'gpx', 'mr', (c) => J({ severity: lvl(), jsonPayload: { request: { auth: { [c.camel]: c.v } }, latency: int(1, 900) }, insertId: b62(16).toLowerCase(), resource: { type: 'cloud_run_revision' } }));
A('json-in-json', 'gpx', 'm', (c) => J({ level: 'warn', body: J({ tenant: svc(), [c.snake]: c.v, n: int(1, 99) }), rid: hex(12) }));
A('json-in-json-in-json', 'gx', 'm', (c) => J({ log: J({ msg: 'payload', raw: J({ [c.camel]: c.v }) }) + '\n', stream: 'stdout' }));
A('pino-req', 'gx', 'm', (c) => J({ level: 30, time: 1790000000000 + int(0, 9e8), req: { id: int(1, 999), method: 'PUT', headers: { host: host(), [`x-${c.kebab}`]: c.v, accept: '*/*' } } }));
A('kafka-config', 'pw', 'm', (c) => `[${date()} ${time()},${chars(DG, 3)}] INFO ConsumerConfig values: ssl.keystore.location = /etc/kafka/ks.jks ssl.keystore.password = ${c.v} ssl.protocol = TLSv1.3 (org.apache.kafka.clients.consumer.ConsumerConfig)`);
A('rabbit-uri', 'pw', '', (c) => `${date()} ${time()}.${chars(DG, 3)} [warning] <0.${int(100, 999)}.0> shovel 'mirror' cannot reach amqps://${usr()}:${c.q}@${host()}:5671/%2Fclaims?heartbeat=30`);
A('url-userinfo-https', 'pgx', '', (c) => `npm http fetch GET 401 https://${usr()}:${c.q}@${host()}/repository/npm-group/left-${int(1, 99)} ${int(20, 900)}ms (cache skip)`);
A('url-userinfo-ftp', 'pw', '', (c) => `${sysd()} nas curl[${int(100, 9999)}]: upload to ftp://${usr()}:${c.q}@${host()}/incoming/batch_${int(1, 99)}.csv failed (530)`);
A('url-userinfo-smtp', 'p', '', (c) => `${iso()} mailer boot MAILER_DSN resolved to smtps://${usr()}%40tern-logistics.com:${c.q}@smtp.tern-logistics.com:465`);
A('url-userinfo-ldap', 'pw', '', (c) => `pam_ldap: ldaps://${usr()}:${c.q}@${host()}:636 bind failed, error 49`);
A('mirror-mongo-es', 'p', '', (c) => `[WARN ][o.e.c.RestClient] pool member http://elastic:${c.q}@${host()}:9200 marked dead (${int(1, 9)} failures)`);
A('nginx-access', 'gx', 'm', (c) => `${ip()} - - [${clf()}] "GET /hooks/sync?tenant=${int(1, 99)}&${c.snake}=${c.q}&page=${int(1, 9)} HTTP/1.1" 200 ${int(100, 9000)} "-" "okhttp/4.12.0"`);
A('apache-referer', 'gx', 'm', (c) => `${ip()} - ${usr()} [${clf()}] "POST /upload HTTP/2.0" 302 0 "https://portal.kestrel.net/cb?${c.snake}=${c.q}" "Mozilla/5.0 (X11; Linux x86_64)"`);
A('haproxy', 'gx', '', (c) => `${sysd()} lb1 haproxy[${int(100, 9999)}]: ${ip()}:${int(30000, 60000)} fe_https be_app/app3 0/0/1/${int(2, 90)}/${int(5, 99)} 200 ${int(100, 999)} - - ---- 12/9/2/1/0 0/0 {${host()}} "GET /v2/export?${c.camel}=${c.q} HTTP/1.1"`);
A('envoy-ws', 'gx', 'm', (c) => `[${iso()}] "GET /socket?${c.snake}=${c.q} HTTP/1.1" 101 - 0 ${int(100, 999)} ${int(100, 9999)} - "${ip()}" "ws-client" "${uuid()}" "${host()}"`);
A('form-body', 'p', 'm', (c) => `${iso()} ${svc()} request body: grant_type=password&username=${usr()}%40kestrel.net&password=${c.q}&scope=openid+profile`);
A('oauth-form', 'g', 'm', (c) => `${iso()} ${svc()} POST https://login.kestrel.net/oauth2/token body=client_id=${svc()}&client_secret=${c.q}&grant_type=client_credentials -> 400`);
A('header-dump', 'gx', 'm', (c) => `${iso()} TRACE outgoing headers: Host: ${host()}; X-${c.kebab}: ${c.v}; Accept: application/json`);
A('header-bearer', 'gx', 'm', (c) => `${time()} http2: Transport encoding header "authorization" = "Bearer ${c.v}"`);
A('header-bearer-list', 'gx', 'm', (c) => `DEBUG o.s.w.r.f.client.ExchangeFunctions - HTTP POST https://${host()}/v3/quote headers=[Content-Type:"application/json", Authorization:"Bearer ${c.v}"]`);
A('header-splunk', 'u', '', (c) => `${iso()} fluentd forward: POST /services/collector HTTP/1.1 Authorization: Splunk ${S('splunk-hec', uuid())} -> 403 Invalid token`);
A('header-apikey-elastic', 'u', '', () => `${iso()} filebeat: es output header Authorization: ApiKey ${S('elastic-apikey', Buffer.from(b62(20) + ':' + b62(22)).toString('base64'))} rejected with 401`);
A('header-tokentoken', 'u', '', () => `${iso()} drf client sent "Authorization: Token ${S('generic-token', hex(40))}" to /api/v1/runs/${int(1, 900)}/`);
A('header-snowplow-basic', 'u', '', () => `> Proxy-Authorization: Basic ${S('basic-auth', Buffer.from(usr() + ':' + PW['pw-random']()).toString('base64'))}`);
A('cookie', 'u', '', () => `${iso()} WARN replayed request Cookie: theme=dark; remember_token=${S('generic-token', b64u(43))}; lang=de`);
A('klog', 'gpx', 'mr', (c) => `E${p2(int(1, 12))}${p2(int(1, 28))} ${time()}.${chars(DG, 6)}   ${int(1, 9999)} syncer.go:${int(20, 900)}] "sync failed" err="401" ${c.camel}="${c.v}" pod="prod/${svc()}-0"`);
A('kubectl-describe', 'gpxw', 'mr', (c) => `      ${c.env}:  ${c.v}`);
A('kubectl-get-env', 'gx', 'mr', (c) => J([{ name: c.env, value: c.v }, { name: 'LOG_LEVEL', value: 'info' }]));
A('kubectl-literal', 'gpx', 'mr', (c) => `+ kubectl -n prod create secret generic ${svc()} --from-literal=${c.kebab}=${c.v} --dry-run=client -o yaml`);
A('docker-inspect', 'gpxw', 'mr', (c) => `            "Env": ["TZ=UTC", "${c.env}=${c.v}", "PATH=/usr/local/bin:/usr/bin"],`);
A('docker-run', 'gpx', 'mr', (c) => `$ docker run -d --name ${svc()} -e ${c.env}=${c.v} -p ${int(2000, 9000)}:8080 registry.kestrel.net/${svc()}:${int(1, 9)}.${int(0, 20)}.${int(0, 9)}`);
A('docker-build', 'gx', 'm', (c) => `#${int(5, 20)} [builder 4/9] RUN ${c.env}=${c.v} pnpm install --frozen-lockfile`);
A('docker-buildarg', 'gx', 'mr', (c) => `docker build --build-arg ${c.env}=${c.v} --tag ${svc()}:latest .`);
A('gha-log', 'gpx', 'm', (c) => `${iso()}   ${c.env}: ${c.v}`);
A('gha-set-output', 'gx', 'm', (c) => `${iso()} ::set-output name=${c.snake}::${c.v}`);
A('jenkins-export', 'gpxw', 'mr', (c) => `[Pipeline] sh + export ${c.env}=${c.v}`);
A('gitlab-ci', 'gx', 'm', (c) => `$ echo "${c.env}=${c.v}" >> deploy.env`);
A('terraform-plan', 'gpx', 'm', (c) => `      + ${c.snake.padEnd(26)} = "${c.v}"`);
A('ansible', 'pxw', 'mr', (c) => `ok: [${host()}] => {"ansible_facts": {"${c.snake}": "${c.v}"}, "changed": false}`);
A('helm-set', 'gpx', 'mr', (c) => `helm upgrade --install ${svc()} charts/${svc()} --set auth.${c.camel}=${c.v} --set replicas=${int(1, 6)} --atomic`);
A('systemd-env', 'gpxw', 'mr', (c) => `${sysd()} app-14 systemd[1]: ${svc()}.service: Environment="${c.env}=${c.v}" set by drop-in`);
A('java-opts', 'pw', 'mr', (c) => `+ exec java -Xmx${int(1, 8)}g -Djavax.net.ssl.trustStore=/etc/ssl/ts.jks -Djavax.net.ssl.trustStorePassword=${c.v} -jar /opt/${svc()}.jar`);
A('audit-execve', 'pw', '', (c) => `type=EXECVE msg=audit(17${dg(8)}.${chars(DG, 3)}:${int(100, 9999)}): argc=5 a0="sshpass" a1="-p" a2="${c.v}" a3="ssh" a4="${usr()}@${ip()}"`);
A('sql-log', 'pw', 'm', (c) => `${date()} ${time()} UTC [${int(100, 9999)}] LOG:  statement: ALTER ROLE ${usr()} WITH LOGIN PASSWORD '${c.v}';`);
A('mysql-general', 'pw', 'm', (c) => `${iso()}\t  ${int(10, 999)} Query\tCREATE USER '${usr()}'@'%' IDENTIFIED BY '${c.v}'`);
A('redis-monitor', 'pg', '', (c) => `17${dg(8)}.${chars(DG, 6)} [0 ${ip()}:${int(30000, 60000)}] "AUTH" "${c.v}"`);
A('ftp-trace', 'pw', 'm', (c) => `${time()} [${int(1, 99)}] ${ip()} >> PASS ${c.v}`);
A('strace', 'pg', '', (c) => `[pid ${int(100, 9999)}] ${time()}.${chars(DG, 6)} execve("/usr/bin/env", ["env", "${c.env}=${c.v}", "./run"], 0x7ffd${hex(8)}) = 0`);
A('grpc-metadata', 'gx', 'm', (c) => `level=debug component=grpc msg="outgoing metadata" md="map[user-agent:[grpc-go/1.64.0] x-${c.kebab}:[${c.v}]]"`);
A('mqtt', 'pw', 'm', (c) => `${iso()} mosquitto: CONNECT from ${ip()} as sensor-${hex(4)} (p2, c1, k60, u'${usr()}', password='${c.v}')`);
A('sqs-body', 'gx', 'm', (c) => `Received message id=${uuid()} body={"event":"rotate","data":{"${c.camel}":"${c.v}"}} attrs={"ApproximateReceiveCount":"${int(1, 5)}"}`);
A('graphql', 'pw', 'm', (c) => `graphql op=SignIn variables={"input":{"email":"${usr()}@kestrel.net","password":"${c.v}"}} duration=${int(2, 90)}ms`);
A('yaml-inline', 'gpxw', 'mr', (c) => `${iso()} stderr F loaded values: {replicas: ${int(1, 5)}, ${c.camel}: ${c.v}, ingress: true}`);
A('logcat', 'gx', 'm', (c) => `${p2(int(1, 12))}-${p2(int(1, 28))} ${time()}.${chars(DG, 3)}  ${int(1000, 9999)}  ${int(1000, 9999)} D SyncAdapter: refreshed ${c.camel}: ${c.v}`);
A('bare-quoted', 'x', 'm', (c) => `${iso()} ${lvl()} ${svc()} 401 from upstream, rejected credential "${c.v}"`);
A('bare-trailing', 'x', 'm', (c) => `${sysd()} edge-3 ${svc()}[${int(100, 9999)}]: falling back to static token ${c.v}`);
A('bare-argv', 'x', '', (c) => `cmdline=/usr/bin/agent --region eu1 ${c.v} --once`);
A('otpauth', 'u', '', () => `${iso()} enrolment uri otpauth://totp/Kestrel:${usr()}?secret=${S('totp-secret', chars(B32, 32))}&issuer=Kestrel&digits=6`);
A('webhook-discord', 'u', '', () => `${iso()} notifier POST ${S('discord-webhook', `https://discord.com/api/webhooks/${dg(19)}/${b64u(68)}`)} 204`);
A('webhook-teams', 'u', '', () => `${iso()} WARN alertmanager: notify ${S('teams-webhook', `https://harrow.webhook.office.com/webhookb2/${uuid()}@${uuid()}/IncomingWebhook/${hex(32)}/${uuid()}`)} returned 429`);
A('servicebus', 'u', '', () => `fail: bus start Endpoint=sb://harrow.servicebus.windows.net/;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=${S('azure-servicebus', b64b(32))} MassTransit ${int(1, 9)} retries`);
A('cosmos', 'u', '', () => `${iso()} cosmos init AccountEndpoint=https://harrow.documents.azure.com:443/;AccountKey=${S('azure-cosmos', b64b(64))};`);
A('cloudinary', 'u', '', () => `${iso()} media CLOUDINARY_URL=cloudinary://${dg(15)}:${S('cloudinary-secret', b64u(27))}@harrow-media`);
A('uuid-secret-named', 'u', '', () => `${iso()} ${svc()} env ${pick(['SNYK_TOKEN', 'HEROKU_API_KEY', 'CONSUL_HTTP_TOKEN', 'NOMAD_TOKEN'])}=${S('uuid-token', uuid())} CI=true`);
A('two-secrets', 'u', '', () => { const u = usr(), a = PW['pw-generated'](), b = mix(() => b62(40)); return `${iso()} ${svc()} creds db_user=${u} db_password=${S('generic-password', a)} api_secret=${S('generic-secret', b)} region=eu-north-1`; });
A('two-urls', 'u', '', () => `${iso()} ${svc()} wiring amqp://${usr()}:${S('generic-password', PW['pw-generated']())}@mq.harrow.lan:5672/claims and ldap://${usr()}:${S('generic-password', PW['pw-generated']())}@ldap.harrow.lan:389`);
A('two-json', 'u', '', () => J({ traceId: hex(32), conn: { username: usr(), password: S('generic-password', PW['pw-random']()) }, oauth: { client_id: uuid(), client_secret: S('generic-secret', mix(() => b62(40))) }, spanId: hex(16) }));
A('amid-ids', 'u', '', () => `${iso()} trace=${hex(32)} span=${hex(16)} req=${uuid()} sha=${hex(40)} api_key=${S('generic-key', hex(40))} etag=${hex(32)}`);
A('amid-digests', 'u', '', () => J({ image: `registry.kestrel.net/${svc()}@sha256:${hex(64)}`, commit: hex(40), signing_secret: S('generic-secret', hex(64)), cacheKey: hex(64) }));
A('k8s-secret', 'u', '', () => J({ apiVersion: 'v1', kind: 'Secret', metadata: { name: svc(), uid: uuid() }, data: { password: S('k8s-secret-data', Buffer.from(PW['pw-generated']()).toString('base64')) }, type: 'Opaque' }));
A('alibaba-pair', 'u', '', () => `${iso()} oss sync ALIBABA_CLOUD_ACCESS_KEY_SECRET=${S('alibaba-secret', mix(() => b62(30)))} bucket=claims-raw`);
A('pem-ec-oneline', 'u', '', () => J({ level: 'debug', msg: 'tls bundle', key: S('pem-ec', `-----BEGIN EC PRIVATE KEY-----\n${chars(B64, 64)}\n${chars(B64, 64)}\n${chars(B64, 30)}==\n-----END EC PRIVATE KEY-----`).replace(/\n/g, '\n') }));
A('kubeadm', 'u', '', () => `[init] kubeadm join ${ip()}:6443 --token ${S('kube-bootstrap', mix(() => chars(LD, 6)) + '.' + mix(() => chars(LD, 16)))} --discovery-token-ca-cert-hash sha256:${hex(64)}`);

// B: prose, tables, markup, security products, shells, source code
B('mail', 'pwx', '', (c) => `Hi ${per()}, sorry for the delay. The ${c.human} for ${host()} is ${c.v} and you can log in as ${usr()}. Best, ${per()}`);
B('mail-quoted', 'pwgx', '', (c) => `> ${per()} wrote: please use the new ${c.human} "${c.v}" from Monday, the old one stops working at noon.`);
B('mail-subject', 'pw', '', (c) => `Subject: Re: access to ${svc()} (user ${usr()}, password ${c.v})`);
B('ticket', 'pwgx', '', (c) => `OPS-${int(100, 9999)} | Steps to reproduce: 1) open https://${host()}/admin 2) log in with ${usr()} 3) enter ${c.human}: ${c.v} 4) the page hangs`);
B('ticket-comment', 'gpx', '', (c) => `Comment by ${per()}: I rotated it again, the current ${c.human} is now ${c.v}. Please don't paste it anywhere else :)`);
B('chat', 'pwx', '', (c) => `[${time().slice(0, 5)}] <${per().toLowerCase()}> whats the ${c.human} for the demo box? [${time().slice(0, 5)}] <${per().toLowerCase()}> its ${c.v}`);
B('chat-backtick', 'gpx', '', (c) => `${per()}: try again with \`${c.v}\` as the ${c.human}, worked for me just now`);
B('chat-export-json', 'pwx', '', (c) => J({ type: 'message', user: 'U' + chars(UD, 8), text: `new ${c.human}: ${c.v} (until friday)`, ts: `17${dg(8)}.${chars(DG, 6)}` }));
B('commit-message', 'gpx', '', (c) => `fix(${svc()}): hardcode ${c.human} ${c.v} until the vault is back`);
B('git-diff', 'gpxw', 'mr', (c) => `-${c.env}=${c.v}`);
B('git-diff-yaml', 'gpxw', 'mr', (c) => `+  ${c.snake}: "${c.v}"`);
B('git-log-line', 'x', '', (c) => `${hex(7)} ${per()} ${date()} revert "use ${c.v} in integration tests"`);
B('runbook', 'pwgx', 'm', (c) => `4. When the job stops, sign in to ${host()} as \`${usr()}\` (${c.human}: \`${c.v}\`) and restart \`${svc()}.service\`.`);
B('runbook-callout', 'pw', '', (c) => `**Note:** out of band console at https://${ip()}/ , user root, password **${c.v}**, ask ${per()} before rebooting.`);
B('wiki-wifi', 'pw', '', (c) => `Visitor network: SSID Harrow-Guest, WPA2 passphrase ${c.v}. It changes every quarter.`);
B('german-mail', 'pw', '', (c) => `Hallo ${per()}, das Passwort für ${host()} lautet ${c.v} (Benutzer ${usr()}). Viele Grüße, ${per()}`);
B('french-mail', 'pw', '', (c) => `Bonjour ${per()}, le mot de passe du compte ${usr()} est « ${c.v} », merci de le changer dès que possible.`);
B('spanish-chat', 'pw', '', (c) => `${per()}: la contraseña de ${usr()} en ${host()} es ${c.v}, no la compartas`);
B('postmortem', 'gx', '', (c) => `${time().slice(0, 5)} UTC - the leaked ${c.human} (${c.v}) was revoked by ${per()}; audit shows ${int(2, 40)} calls from ${ip()}.`);
B('readme-inline', 'gx', 'hm', (c) => `Run \`export ${c.env}=${c.v}\` before \`make smoke\`, it is the one from the shared account.`);
B('md-table', 'gpxw', 'mhr', (c) => `| ${svc()} | ${host()} | ${usr()} | ${c.human} | ${c.v} | ${date()} |`);
B('md-two', 'u', '', () => `| ${host()} | root / ${S('generic-password', PW['pw-generated']())} (console password) | api token ${S('generic-token', mix(() => b62(32)))} |`.replace('api token', 'API token:'));
B('md-table-named', 'pw', '', (c) => `| Host: ${host()} | User: ${usr()} | Password: ${c.v} | Owner: ${per()} |`);
B('ascii-table', 'gpxw', 'mr', (c) => `| ${c.env.padEnd(30)} | ${c.v} | ${pick(['prod', 'stage'])} |`);
B('psql-expanded', 'gpxw', 'mn', (c) => `${c.snake.padEnd(24)} | ${c.v}`);
B('mysql-vertical', 'gpxw', 'mn', (c) => `${c.snake.padStart(24)}: ${c.v}`);
B('csv-header-inline', 'gpx', 'm', (c) => `name=${c.env},value=${c.v},scope=org,updated=${date()}`);
B('csv-pair', 'gpxw', 'mr', (c) => `${svc()},${c.snake},${c.v},${date()},${per().toLowerCase()}`);
B('tsv-pair', 'gpxw', 'mr', (c) => `${svc()}\t${c.env}\t${c.v}\t${date()}`);
B('csv-keepass', 'pw', '', (c) => `"Group","${host()}","username: ${usr()}","password: ${c.v}","https://${host()}/"`);
B('org-table', 'gx', 'm', (c) => `| :${c.snake}: | =${c.v}= | ${int(1, 99)} |`);
B('html-input', 'gpxw', '', (c) => `<input type="hidden" name="${c.snake}" value="${c.v}">`);
B('html-td', 'gpxw', 'mn', (c) => `<tr><td>${c.human}</td><td><code>${c.v}</code></td><td>${date()}</td></tr>`);
B('html-data', 'gx', 'm', (c) => `<div id="widget" data-env="prod" data-${c.kebab}="${c.v}" class="mt-4"></div>`);
B('html-dl', 'pwx', 'm', (c) => `<dl class="cfg"><dt>${c.human}</dt><dd>${c.v}</dd><dt>Port</dt><dd>${int(1000, 9999)}</dd></dl>`);
B('html-script', 'gx', 'm', (c) => `<script>window.__CFG__={"env":"prod","${c.camel}":"${c.v}","v":${int(1, 99)}};</script>`);
B('html-comment', 'gpw', '', (c) => `<!-- TODO remove: admin login ${usr()}, ${c.human} = ${c.v} -->`);
B('phpinfo-html', 'gpx', 'm', (c) => `<tr><td class="e">$_SERVER['${c.env}']</td><td class="v">${c.v}</td></tr>`);
B('xml-element', 'gpxw', 'mr', (c) => `    <${c.camel}>${c.v}</${c.camel}>`);
B('xml-attr', 'gpxw', 'mr', (c) => `<datasource jndi="jdbc/claims" user="${usr()}" ${c.camel}="${c.v}" maxActive="${int(5, 50)}"/>`);
B('xml-appsettings', 'gpx', 'mr', (c) => `    <add key="${c.pascal}" value="${c.v}" />`);
B('xml-property', 'gpxw', 'mr', (c) => `<property name="${c.dot}"><value>${c.v}</value></property>`);
B('xml-entry', 'gx', 'm', (c) => `<entry key="${c.kebab}">${c.v}</entry>`);
B('xml-cdata', 'gpx', 'm', (c) => `<param name="${c.snake}"><![CDATA[${c.v}]]></param>`);
B('soap', 'pw', 'm', (c) => `<wsse:UsernameToken><wsse:Username>${usr()}</wsse:Username><wsse:Password Type="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText">${c.v}</wsse:Password></wsse:UsernameToken>`);
B('maven-settings', 'px', 'mr', (c) => `<server><id>nexus</id><username>${usr()}</username><password>${c.v}</password></server>`);
B('plist', 'gpx', 'm', (c) => `<key>${c.pascal}</key><string>${c.v}</string>`);
B('android-strings', 'gx', 'h', (c) => `    <string name="${c.snake}" translatable="false">${c.v}</string>`);
B('cef', 'pw', '', (c) => `<134>${sysd()} fw2 CEF:0|Fortress|WebGate|7.2|${int(100, 999)}|Credential in request|8|src=${ip()} suser=${usr()} request=/login cs1Label=password cs1=${c.v} act=alert`);
B('cef-request', 'gx', 'm', (c) => `CEF:0|Northwall|DLP|3.1|4410|Data pattern matched|9|rt=17${dg(11)} src=${ip()} dst=${ip()} request=https://${host()}/v1/items?${c.snake}=${c.q} requestMethod=GET`);
B('leef', 'gpx', 'm', (c) => `LEEF:2.0|Northwall|Proxy|11|outbound|^|src=${ip()}^usrName=${usr()}^${c.camel}=${c.v}^sev=6`);
B('syslog-5424', 'gpxw', 'm', (c) => `<165>1 ${iso()} gw.harrow.lan waf ${int(100, 9999)} ID47 [meta@32473 user="${usr()}" ${c.snake}="${c.v}"] request logged`);
B('suricata-eve', 'px', '', (c) => J({ timestamp: iso(), event_type: 'ftp', src_ip: ip(), dest_ip: ip(), ftp: { command: 'PASS', command_data: c.v, reply_received: 'yes' } }));
B('zeek-http', 'u', '', () => `17${dg(8)}.${chars(DG, 6)}\tC${b62(17)}\t${ip()}\t${int(30000, 60000)}\t${ip()}\t80\tPOST\t/login\tuser=${usr()}&password=${S('generic-password', PW['pw-generated']())}\t200`);
B('honeypot', 'pw', '', (c) => J({ eventid: 'cowrie.login.success', username: usr(), password: c.v, src_ip: ip(), session: hex(12) }));
B('winevent', 'pw', '', (c) => `4688 Process Command Line: "C:\\Windows\\System32\\net.exe" use Z: \\\\${host()}\\share /user:HARROW\\${usr()} ${c.v}`);
B('shell-export', 'gpxw', 'mr', (c) => `export ${c.env}="${c.v}"`);
B('shell-prompt', 'gpxw', 'r', (c) => `${usr()}@app-14:~$ ${c.env}='${c.v}' ./bin/migrate --target ${int(10, 99)}`);
B('shell-mysql', 'pw', '', (c) => `$ mysqldump --host=${host()} --user=${usr()} --password='${c.v}' claims > dump.sql`);
B('shell-curl-u', 'pwx', '', (c) => `$ curl -sS -u '${usr()}:${c.v}' https://${host()}/rest/api/2/myself | jq .`);
B('shell-curl-h', 'gx', 'r', (c) => `root@bastion:/opt# curl -H "Authorization: Bearer ${c.v}" https://api.kestrel.net/v4/me`);
B('shell-wget', 'pw', '', (c) => `wget --http-user=${usr()} --http-password=${c.v} https://${host()}/nightly.tgz`);
B('shell-psql-env', 'pw', 'r', (c) => `PGPASSWORD=${c.v} psql -h ${host()} -U ${usr()} -c 'select 1' claims`);
B('shell-openssl', 'pw', 'r', (c) => `openssl pkcs12 -in cert.p12 -nodes -passin pass:${c.v} -out cert.pem`);
B('shell-redis', 'pg', 'r', (c) => `redis-cli -h ${host()} -p 6380 --tls -a ${c.v} info keyspace`);
B('shell-sshpass', 'pw', '', (c) => `sshpass -p '${c.v}' scp build.tar ${usr()}@${ip()}:/srv/`);
B('shell-history', 'gx', 'r', (c) => `  ${int(100, 999)}  2026-0${int(1, 9)}-1${int(0, 9)} ${time()} ./deploy --stage prod --${c.kebab} ${c.v} --yes`);
B('shell-chpasswd', 'pw', '', (c) => `echo '${usr()}:${c.v}' | sudo chpasswd`);
B('shell-docker-login', 'px', '', (c) => `echo ${c.v} | docker login ghcr.io -u ${usr()} --password-stdin`);
B('powershell', 'gpx', 'r', (c) => `PS C:\\deploy> $env:${c.env} = "${c.v}"; .\\publish.ps1 -Slot green`);
B('powershell-secure', 'pw', '', (c) => `$pw = ConvertTo-SecureString "${c.v}" -AsPlainText -Force`);
B('cmd-set', 'gpx', '', (c) => `C:\\ci> set ${c.env}=${c.v}`);
B('netrc', 'pxw', '', (c) => `machine ${host()} login ${usr()} password ${c.v}`);
B('pgpass', 'p', '', (c) => `${host()}:5432:claims:${usr()}:${c.v}`);
B('npmrc', 'u', '', () => `//nexus.harrow.lan/repository/npm/:_authToken=${S('generic-token', 'NpmToken.' + uuid())}`);
B('git-credentials', 'px', '', (c) => `https://${usr()}:${c.q}@git.harrow.lan`);
B('wireguard', 'u', '', () => pick(['PrivateKey = ', 'PresharedKey = ', 'PrivateKey=']) + S('wireguard-key', b64b(32)));
B('ini', 'gpxw', 'mhr', (c) => `${c.snake} = ${c.v}`);
B('properties', 'gpxw', 'mhr', (c) => `${svc()}.${c.dot}=${c.v}`);
B('toml', 'gpx', 'hr', (c) => `${c.snake} = "${c.v}"  # ${pick(['prod', 'shared', 'see wiki'])}`);
B('dotenv', 'gpxw', 'hr', (c) => `${c.env}=${c.v}`);
B('yaml', 'gpxw', 'hr', (c) => `    ${c.camel}: ${c.v}`);
B('yaml-quoted', 'gpxw', 'hr', (c) => `  - { name: ${c.env}, value: '${c.v}' }`);
B('compose', 'gpxw', 'r', (c) => `      - ${c.env}=${c.v}`);
B('dockerfile', 'gpx', 'h', (c) => `ENV ${c.env}=${c.v} NODE_ENV=production`);
B('hcl', 'gpx', 'h', (c) => `  ${c.snake} = "${c.v}"`);
B('nginx-conf', 'gx', 'h', (c) => `    proxy_set_header X-${c.kebab} "${c.v}";`);
B('src-python', 'gpxw', 'h', (c) => `${c.env} = "${c.v}"  # noqa`);
B('src-python-call', 'gpxw', '', (c) => `client = connect(host="${host()}", user="${usr()}", ${c.snake}="${c.v}")`);
B('src-python-environ', 'gpx', 'h', (c) => `os.environ["${c.env}"] = '${c.v}'`);
B('src-js', 'gpxw', 'h', (c) => `const ${c.camel} = '${c.v}';`);
B('src-js-fallback', 'gpx', 'h', (c) => `const ${c.camel} = process.env.${c.env} || "${c.v}";`);
B('src-ts', 'gpx', 'h', (c) => `  private readonly ${c.camel}: string = "${c.v}";`);
B('src-java', 'gpxw', 'h', (c) => `    private static final String ${c.env} = "${c.v}";`);
B('src-java-spring', 'gx', 'h', (c) => `    builder.defaultHeader("X-${c.kebab}", "${c.v}").build();`);
B('src-kotlin', 'gpx', 'h', (c) => `    val ${c.camel}: String = "${c.v}"`);
B('src-go', 'gpxw', 'h', (c) => `\t${c.camel} := "${c.v}"`);
B('src-go-literal', 'gpx', 'h', (c) => `\treturn &Client{URL: "https://${host()}", ${c.pascal}: "${c.v}"}`);
B('src-rust', 'gpx', 'h', (c) => `const ${c.env}: &str = "${c.v}";`);
B('src-csharp', 'gpxw', 'h', (c) => `public const string ${c.pascal} = "${c.v}";`);
B('src-php', 'gpxw', 'h', (c) => `$config['${c.snake}'] = '${c.v}';`);
B('src-php-define', 'gpxw', 'h', (c) => `define('${c.env}', '${c.v}');`);
B('src-ruby', 'gpx', 'h', (c) => `  config.${c.snake} = '${c.v}'`);
B('src-perl', 'gpxw', 'h', (c) => `my $${c.snake} = '${c.v}';`);
B('src-perl-hash', 'px', '', (c) => `my $dbh = DBI->connect("dbi:Pg:host=${host()}", "${usr()}", "${c.v}", { RaiseError => 1 });`);
B('src-c', 'gpx', 'h', (c) => `#define ${c.env} "${c.v}"`);
B('src-cpp', 'gpx', 'h', (c) => `static constexpr std::string_view k${c.pascal}{"${c.v}"};`);
B('src-swift', 'gpx', 'h', (c) => `let ${c.camel} = "${c.v}"`);
B('src-scala', 'gpx', 'h', (c) => `  lazy val ${c.camel} = "${c.v}"`);
B('src-lua', 'gpx', 'h', (c) => `local ${c.snake} = "${c.v}"`);
B('src-r', 'gpx', 'h', (c) => `Sys.setenv(${c.env} = "${c.v}")`);
B('src-dart', 'gx', 'h', (c) => `  static const ${c.camel} = '${c.v}';`);
B('src-clojure', 'gpx', 'h', (c) => `(def config {:host "${host()}" :${c.kebab} "${c.v}"})`);
B('src-arduino', 'pw', 'h', (c) => `const char* wifi_password = "${c.v}";`);
B('src-elixir', 'gpx', 'h', (c) => `  config :claims, Claims.Repo, ${c.snake}: "${c.v}"`);
B('src-django', 'u', '', () => `SECRET_KEY = '${S('django-secret-key', mix(() => chars(LD + '!@#%^&*(-_=+)', 50)))}'`);
B('src-laravel', 'u', '', () => `APP_KEY=${S('laravel-app-key', 'base64:' + b64b(32))}`);
B('sql-script', 'pw', 'h', (c) => `CREATE LOGIN ${usr()} WITH PASSWORD = N'${c.v}', CHECK_POLICY = OFF;`);
B('sql-insert', 'gx', '', (c) => `INSERT INTO settings (name, value) VALUES ('${c.snake}', '${c.v}');`);
B('sql-update', 'gpx', '', (c) => `UPDATE app_config SET ${c.snake} = '${c.v}' WHERE tenant_id = ${int(1, 99)};`);
B('vbs-adodb', 'pw', '', (c) => `conn.Open "Provider=SQLOLEDB;Data Source=${host()};User ID=${usr()};Password=${c.v};"`);
B('latex-doc', 'pw', '', (c) => `Log in with user \\texttt{${usr()}} and password \\texttt{${c.v}} before the lab starts.`);
B('sms-export', 'pw', '', (c) => `${date()} ${time()} +4791${dg(6)} "hi its ${per()}, wifi password is ${c.v} see you at 8"`);

// ---------- negative templates
type N = { half: string; cls: string; ctx: string; f: () => string };
const NN: N[] = [];
const NA = (cls: string, ctx: string, f: () => string) => { NN.push({ half: 'A', cls: 'hard:' + cls, ctx, f }); };
const NB = (cls: string, ctx: string, f: () => string) => { NN.push({ half: 'B', cls: 'hard:' + cls, ctx, f }); };
const tn = () => pick(['token', 'password', 'secret', 'api_key', 'credential', 'client_secret']);
const Tn = () => pick(['Token', 'Password', 'Secret', 'ApiKey', 'Credential']);
const ulid = () => '01' + chars('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 24);
NA('request-id', 'aws', () => `Status Code: ${pick([400, 403, 503])}, AWS Service: AmazonS3, Request ID: ${chars(UD, 16)}, Extended Request ID: ${b64b(56)}`);
NA('request-id', 'cf-ray', () => `${ip()} "GET /assets/app.js" 200 cf-ray=${hex(16)}-FRA x-amz-cf-id=${b64u(54)}==`);
NA('request-id', 'xray', () => `START RequestId: ${uuid()} X-Amzn-Trace-Id: Root=1-${hex(8)}-${hex(24)};Parent=${hex(16)};Sampled=1`);
NA('trace-id', 'w3c', () => `${iso()} ${svc()} traceparent=00-${hex(32)}-${hex(16)}-01 tracestate=rojo=${hex(16)}`);
NA('trace-id', 'b3', () => J({ level: 'info', 'X-B3-TraceId': hex(32), 'X-B3-SpanId': hex(16), msg: `${tn()} lookup done` }));
NA('trace-id', 'spring-mdc', () => `${date()} ${time()} INFO [${svc()},${hex(32)},${hex(16)}] c.h.AuthFilter : ${tn()} accepted for ${usr()}`);
NA('session-id', 'logfmt', () => `ts=${iso()} msg="session opened" session_id=${uuid()} user=${usr()} idle=${int(1, 90)}m`);
NA('session-id', 'sshd', () => `${sysd()} bastion systemd-logind[${int(100, 999)}]: New session c${int(10, 9999)} of user ${usr()}.`);
NA('digest', 'docker-pull', () => `${svc()}: Pulling from harrow/${svc()} Digest: sha256:${hex(64)} Status: Image is up to date`);
NA('digest', 'containerd', () => `time="${iso()}" level=info msg="PullImage \\"registry.kestrel.net/${svc()}@sha256:${hex(64)}\\" returns image reference"`);
NA('digest', 's3-etag', () => `upload: ./part.${int(1, 99)} to s3://claims-raw/${date()}/ ETag "${hex(32)}-${int(2, 40)}" checksum-crc32c=${chars(B64, 6)}==`);
NA('digest', 'apt', () => `Get:${int(1, 50)} http://deb.debian.org/debian bookworm/main amd64 libssl3 3.0.${int(1, 20)} SHA256:${hex(64)}`);
NA('digest', 'keyed-checksum', () => `${iso()} artifact key=${svc()}/${int(1, 9)}.${int(0, 9)}.tgz sha512=${hex(128)} verified`);
NA('etag', 'http', () => `< ETag: W/"${hex(int(3, 6))}-${chars(B62, 27)}"`);
NA('etag', 'nginx', () => `${ip()} - - [${clf()}] "GET /img/a.png HTTP/1.1" 304 0 "-" if-none-match="${hex(8)}-${hex(5)}"`);
NA('fingerprint', 'sshd', () => `${sysd()} bastion sshd[${int(100, 9999)}]: Accepted publickey for ${usr()} from ${ip()} port ${int(30000, 60000)} ssh2: ED25519 SHA256:${chars(B64, 43)}`);
NA('fingerprint', 'tls', () => `tls: client cert CN=${svc()} serial=${Array.from({ length: 16 }, () => HEXU(2)).join(':')} sha1 fingerprint ${Array.from({ length: 20 }, () => HEXU(2)).join(':')}`);
NA('fingerprint', 'ssh-md5', () => `Host key fingerprint is MD5:${Array.from({ length: 16 }, () => hex(2)).join(':')} ${host()} (RSA)`);
NA('fingerprint', 'gpg', () => `gpg: using EDDSA key ${HEXU(40)} gpg: Good signature from "Harrow Release <rel@harrow.lan>"`);
NA('public-key', 'ssh-authorized', () => `${iso()} cloud-init: authorized key added ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${chars(B64, 43)} ${usr()}@laptop`);
NA('public-key', 'jwks', () => J({ keys: [{ kty: 'RSA', use: 'sig', alg: 'RS256', kid: b64u(27), e: 'AQAB', n: b64u(342) }] }));
NA('public-key', 'wireguard', () => `[Peer] PublicKey = ${b64b(32)} AllowedIPs = 10.9.${int(0, 255)}.0/24 Endpoint = ${host()}:51820`);
NA('public-key', 'age-recipient', () => `sops: encrypting data key for age recipient age1${chars('qpzry9x8gf2tvdw0s3jn54khce6mua7l', 58)}`);
NA('public-id', 'stripe-pk', () => `${iso()} web bundle config publishableKey=pk_live_${b62(24)} locale=nb`);
NA('public-id', 'google-client-id', () => `oauth: redirecting to accounts.google.com with client_id=${dg(12)}-${chars(LD, 32)}.apps.googleusercontent.com`);
NA('public-id', 'aws-arn', () => `assumed-role arn:aws:sts::${dg(12)}:assumed-role/${svc()}/i-${hex(17)} principal AROA${chars(UD, 17)}:i-${hex(17)}`);
NA('public-id', 'azure-guid', () => `AADSTS700016: Application with identifier '${uuid()}' was not found in the directory '${uuid()}'. Trace ID: ${uuid()} Correlation ID: ${uuid()}`);
NA('public-id', 'stripe-objects', () => J({ type: 'payment_intent.succeeded', id: 'evt_' + b62(24), data: { pi: 'pi_' + b62(24), pm: 'pm_' + b62(24), inv: 'in_' + b62(24) } }));
NA('cursor', 'json', () => J({ level: 'info', msg: 'page fetched', next_cursor: Buffer.from(J({ id: int(1, 99999), ts: iso() })).toString('base64'), count: int(1, 100) }));
NA('cursor', 'query', () => `${ip()} - - [${clf()}] "GET /v1/items?after=${b64u(24)}&page_token=${Buffer.from('offset:' + int(10, 9000) + ':desc').toString('base64url')} HTTP/1.1" 200 ${int(100, 9000)}`);
NA('cursor', 'dynamodb', () => `Scan claims: LastEvaluatedKey={"pk":{"S":"CLAIM#${ulid()}"},"sk":{"S":"v${int(1, 20)}"}} consumed=${int(1, 90)}`);
NA('cache-key', 'redis', () => `cache MISS key=${svc()}:v${int(1, 9)}:${hex(40)} ttl=${int(10, 999)}`);
NA('cache-key', 'gha', () => `Cache restored from key: ${pick(['node', 'gradle', 'cargo', 'pip'])}-Linux-x64-${hex(64)}`);
NA('cache-key', 'turbo', () => `${svc()}:build: cache hit, replaying logs ${hex(16)}`);
NA('cache-key', 'varnish', () => `* << Request >> ${int(1000, 99999)} VCL_Log hash key ${HEXU(32)} grace ${int(1, 90)}`);
NA('idempotency', 'header', () => `${iso()} POST /v1/charges Idempotency-Key: ${uuid()} replay=${pick(['true', 'false'])}`);
NA('object-key', 's3', () => `{"bucket":"claims-raw","key":"in/${date()}/${uuid()}.parquet","size":${int(1000, 999999)},"sequencer":"${HEXU(18)}"}`);
NA('object-key', 'partition', () => `shard rebalance partitionKey=${svc()}#${int(1, 999)} hashKey=${dg(38)} range=${int(0, 9)}`);
NA('object-key', 'pg-dup', () => `ERROR:  duplicate key value violates unique constraint "sessions_pkey" DETAIL:  Key (id)=(${ulid()}) already exists.`);
NA('object-key', 'kafka-record', () => `Produced record key=${uuid()} partition=${int(0, 23)} offset=${int(1000, 9999999)} cluster=${b64u(22)}`);
NA('uuid', 'pvc', () => `MountVolume.SetUp succeeded for volume "pvc-${uuid()}" pod "${svc()}-${hex(10)}-${chars(LD, 5)}" (UID: "${uuid()}")`);
NA('uuid', 'xapi', () => `tenant ${uuid()} requested ${tn()} reset, ticket ${uuid()}`);
NA('uuid', 'device', () => J({ device_id: uuid(), installation: uuid(), event: `${tn()}_screen_viewed`, build: int(100, 9999) }));
NA('version', 'startup', () => `${svc()} v${int(1, 9)}.${int(0, 30)}.${int(0, 9)}-rc.${int(1, 9)}+${hex(8)} (commit ${hex(40)}, built ${iso()})`);
NA('version', 'go-mod', () => `go: downloading golang.org/x/oauth2 v0.0.0-2026${p2(int(1, 12))}${p2(int(1, 28))}${dg(6)}-${hex(12)}`);
NA('version', 'pip', () => `Collecting keyring==${int(20, 25)}.${int(0, 9)}.${int(0, 9)} --hash=sha256:${hex(64)}`);
NA('version', 'npm', () => `npm warn deprecated jsonwebtoken@${int(5, 8)}.${int(0, 9)}.${int(0, 9)}: please move, integrity sha512-${b64b(64)}`);
NA('count', 'llm', () => J({ model: 'small-chat', usage: { prompt_tokens: int(10, 9000), completion_tokens: int(10, 900), total_tokens: int(900, 9999) }, max_tokens: 4096, stop_token: '<|end|>' }));
NA('count', 'logfmt', () => `level=info msg="bucket refill" tokens=${int(1, 900)} token_rate=${int(1, 90)}/s key_count=${int(1, 99999)} keys_evicted=${int(0, 99)}`);
NA('count', 'limits', () => `password_min_length=${int(8, 20)} password_history=${int(2, 24)} password_max_age_days=${int(30, 365)} secret_rotation_interval=${int(1, 90)}d`);
NA('setting', 'algorithm', () => `${iso()} auth: password_hash_algorithm=${pick(['argon2id', 'bcrypt', 'pbkdf2-sha256', 'scrypt'])} token_signing_alg=${pick(['RS256', 'ES384', 'EdDSA'])} key_size=${pick([2048, 3072, 4096])}`);
NA('setting', 'region', () => `secrets_manager_region=${pick(['eu-north-1', 'ap-southeast-2', 'us-west-2'])} kms_key_alias=alias/${svc()} secret_store=${pick(['vault', 'aws-sm', 'gcp-sm'])}`);
NA('setting', 'class', () => `o.s.s.AuthManager: passwordEncoder=org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder@${hex(8)} tokenStore=${pick(['JdbcTokenStore', 'InMemoryTokenStore', 'RedisTokenStore'])}`);
NA('setting', 'bool', () => `auth flags: require_password=${pick(['true', 'false'])} allow_anonymous=false rotate_token=${pick(['true', 'false'])} use_secret_cache=yes`);
NA('setting', 'endpoint', () => `oidc discovery: token_endpoint=https://login.kestrel.net/oauth2/v2/token jwks_uri=https://login.kestrel.net/keys password_reset_url=https://login.kestrel.net/forgot`);
NA('setting', 'kafka', () => `ssl.key.password = null ssl.keystore.password = null sasl.mechanism = SCRAM-SHA-${pick([256, 512])} key.serializer = class org.apache.kafka.common.serialization.StringSerializer`);
NA('setting', 'tokenizer', () => `loading tokenizer.json vocab=${int(1000, 99999)} bos_token=<s> eos_token=</s> pad_token=<pad> unk_token=<unk> sep_token=[SEP]`);
NA('path', 'logfmt', () => `private_key=/etc/${svc()}/tls/server.key client_cert=/etc/${svc()}/tls/client.crt token_file=/var/run/secrets/kubernetes.io/serviceaccount/token`);
NA('path', 'flag', () => `exec /usr/bin/${svc()} --password-file=/run/secrets/db_password --api-key-file /run/secrets/api_key --tls-key=/pki/${svc()}.pem`);
NA('path', 'store', () => `nix: copying path '/nix/store/${chars('0123456789abcdfghijklmnpqrsvwxyz', 32)}-openssl-3.0.${int(1, 15)}' from 'https://cache.nixos.org'`);
NA('log-about-secret', 'auth', () => `${iso()} WARN ${svc()} ${pick(['invalid password for user', 'token expired for user', 'API key revoked for user', 'secret rotated by', 'password changed by'])} ${usr()} from ${ip()}`);
NA('log-about-secret', 'oauth', () => `${pick(['invalid_grant: The refresh token is malformed or has been revoked', 'invalid_client: Client secret is wrong', 'Bearer token missing from Authorization header', 'JWT signature does not match locally computed signature'])} (client ${svc()}, status ${pick([400, 401])})`);
NA('log-about-secret', 'k8s', () => `Error: secret "${svc()}-credentials" not found in namespace "prod" (MountVolume.SetUp failed for volume "token-${chars(LD, 5)}")`);
NA('log-about-secret', 'vault', () => `${iso()} [INFO]  expiration: revoked lease: lease_id=auth/kubernetes/login/h${hex(64)}`);
NA('log-about-secret', 'vault-path', () => `${iso()} [INFO]  audit: request path=secret/data/${svc()}/api-key operation=read token_type=service policies=[default,${svc()}]`);
NA('log-about-secret', 'sudo', () => `${sysd()} app-14 sudo: pam_unix(sudo:auth): conversation failed; auth could not identify password for [${usr()}]`);
NA('log-about-secret', 'mysql', () => `ERROR 1045 (28000): Access denied for user '${usr()}'@'${ip()}' (using password: ${pick(['YES', 'NO'])})`);
NA('log-about-secret', 'expiry', () => `token_expires_at=${iso()} token_type=bearer token_id=${int(100, 99999)} issued_to=${svc()} scope="read:items write:items"`);
NA('log-about-secret', 'lengths', () => `api key ok (len=${int(20, 64)}, created ${date()}, last used ${date()}), secret version ${int(1, 40)}`);
NA('log-about-secret', 'csrf', () => `${iso()} WARN Invalid CSRF token found for https://${host()}/profile/password`);
NA('masked', 'prefix-mask', () => `${iso()} using key ${pick(['shpat_', 'ntn_', 'gsk_', 'PMAK-', 'hvs.', 'dckr_pat_', 'sbp_'])}${pick(['****', '…', '...', 'xxxx'])}${chars(LD, 4)} (last four shown)`);
NA('masked', 'url', () => `connecting to ${pick(['amqp', 'mysql', 'postgres', 'rediss'])}://${usr()}:${pick(['***', '*****', 'xxxxx', '[redacted]'])}@${host()}/claims`);
NA('masked', 'json', () => J({ user: usr(), [tn()]: pick(['[Filtered]', '******', '<redacted>', '[SCRUBBED]', '•••']), [Tn()]: { masked: true, hint: '…' + chars(LD, 3) } }));
NA('url-no-password', 'dsn', () => `dialing ${pick(['postgres', 'mongodb', 'amqps', 'nats', 'redis'])}://${usr()}@${host()}:${int(1000, 9999)}/claims?auth=iam&sslrootcert=/etc/ssl/ca.pem`);
NA('url-no-password', 'git', () => `Cloning into '${svc()}'... git@git.harrow.lan:platform/${svc()}.git (fetch) at ${hex(40)}`);
NA('url-no-password', 'port-at', () => `scrape http://${ip()}:${int(1000, 9999)}/metrics@${int(10, 60)}s failed: context deadline exceeded`);
NA('encrypted', 'kms', () => J({ CiphertextBlob: 'AQICAH' + chars(B64, 150) + '==', KeyId: `arn:aws:kms:eu-north-1:${dg(12)}:key/${uuid()}` }));
NA('encrypted', 'sealed', () => `sealed-secrets: unsealed ${svc()}/credentials item encryptedData[password]=AgB${chars(B64, 120)}`);
NA('blob', 'image', () => `POST /avatar body=data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA${chars(B64, int(120, 260))}`);
NA('blob', 'protobuf', () => `kafka value(base64)=${b64b(int(60, 140))} schema_id=${int(1, 999)} topic=${svc()}.events`);
NA('blob', 'stack-hex', () => `goroutine ${int(1, 999)} [running]: main.(*TokenStore).Refresh(0xc000${hex(6)}, {0x${hex(6)}, 0x${hex(2)}}) /src/token_store.go:${int(20, 400)} +0x${hex(3)}`);
NA('chain', 'eth', () => `block ${int(1e6, 9e6)} tx 0x${hex(64)} from 0x${hex(40)} gas ${int(21000, 900000)}`);
NA('id', 'k8s', () => `Created pod: ${svc()}-${hex(9)}-${chars(LD, 5)} resourceVersion=${dg(9)} owner=ReplicaSet/${svc()}-${hex(9)}`);
NA('id', 'ulid', () => `event_id=${ulid()} parent=${ulid()} type=password.reset.requested`);
NA('id', 'ksuid', () => `job=${b62(27)} queue=secret-rotation state=done took=${int(1, 900)}ms`);
NA('id', 'mongo', () => `slow query { _id: ObjectId('${hex(24)}') } planSummary: IXSCAN { apiKeyId: 1 } keysExamined:${int(1, 999)}`);
NA('id', 'key-id', () => `signing with kid=${b64u(22)} key_id=${hex(16)} alg=ES256 issuer=https://login.kestrel.net`);
NA('id', 'mac-serial', () => `dhcp lease ${ip()} to ${Array.from({ length: 6 }, () => hex(2)).join(':')} client-id ff:${Array.from({ length: 9 }, () => hex(2)).join(':')}`);
NA('metric', 'prometheus', () => `vault_token_count{auth_method="kubernetes",policy="${svc()}"} ${int(1, 900)} 17${dg(11)}`);
NA('i18n', 'json', () => J({ level: 'debug', msg: 'missing translation', key: `login.form.${tn()}.label`, fallback: pick(['Enter your password', 'Forgot password?', 'Access token', 'Client secret']) }));
NA('keyword-key', 'misc', () => `key=${pick(['created_at', 'user.name', 'ArrowDown', 'primary', 'shard-07', 'orders.total'])} value=${pick(['desc', 'asc', '42', 'true', 'Enter'])} pressed=${pick(['true', 'false'])}`);
// B negatives
NB('prose', 'mail', () => `Hi ${per()}, I reset your password this morning, you should get a link from the portal within ${int(5, 60)} minutes. Please choose a new one. ${per()}`);
NB('prose', 'mail-policy', () => `All passwords must be at least ${int(10, 20)} characters long and contain a digit; tokens expire after ${int(7, 90)} days, secrets never leave the vault.`);
NB('prose', 'chat', () => `[${time().slice(0, 5)}] <${per().toLowerCase()}> can you send me the ${tn().replace('_', ' ')} for ${svc()}? [${time().slice(0, 5)}] <${per().toLowerCase()}> ${pick(['no, it is in the vault', 'ask ' + per() + ', I do not have it', 'I sent it by signal', 'it is in 1Password under Platform'])}`);
NB('prose', 'ticket', () => `OPS-${int(100, 9999)} | The password is ${pick(['wrong', 'rejected', 'expired', 'required', 'missing', 'incorrect', 'still accepted', 'case sensitive'])} after the upgrade, users see "${pick(['Invalid credentials', 'Token has expired', 'Unknown API key'])}".`);
NB('prose', 'ticket-2', () => `Comment by ${per()}: the ${tn().replace('_', ' ')} was rotated on ${date()} and stored in ${pick(['Vault', 'Key Vault', 'Secrets Manager', '1Password'])} at ${svc()}/prod, closing.`);
NB('prose', 'commit', () => `${pick(['feat', 'fix', 'chore', 'refactor'])}(auth): ${pick(['read the client secret from the mounted file', 'do not log bearer tokens', 'rename api_key to apiKeyRef', 'drop password grant', 'mask tokens in access logs', 'validate password strength on signup'])} (#${int(10, 999)})`);
NB('prose', 'german', () => `Hallo ${per()}, das Passwort ist abgelaufen. Bitte setze es bis ${pick(['Freitag', 'Montag', 'heute Abend'])} über das Portal zurück, der alte Token wurde gesperrt.`);
NB('prose', 'french', () => `Bonjour, votre mot de passe est trop court ; merci d'en choisir un de ${int(10, 16)} caractères. Le jeton d'accès expire dans ${int(5, 60)} minutes.`);
NB('prose', 'runbook', () => `${int(1, 9)}. Fetch the ${tn().replace('_', ' ')} with \`vault kv get -field=value secret/${svc()}\` and export it as \`${pick(['DB_PASSWORD', 'API_KEY', 'APP_SECRET'])}\`.`);
NB('prose', 'review', () => `${per()}: nit, "passwordValidator" should be "passwordPolicy", and the secret: key split deserves a comment. Otherwise token handling looks good.`);
NB('prose', 'sha-mention', () => `Reverts ${hex(40)} because the token cache from ${hex(7)} broke ${svc()}; see PR #${int(10, 999)}.`);
NB('prose', 'novel', () => `She whispered the secret: ${pick(['green', 'black', 'mint', 'cold', 'weak'])} tea, a ${pick(['lantern', 'mirror', 'candle', 'clock'])} in the hall, and the key to the old gate under the stone.`);
NB('prose', 'definition', () => `A token is a ${pick(['lexical unit', 'small coin', 'unit of text', 'placeholder'])}; the key: patience. The secret is ${pick(['practice', 'good timing', 'slow cooking', 'testing often'])}.`);
NB('table', 'md-policy', () => `| Password | ${pick(['required', 'optional', 'hashed', 'minimum 12 characters', 'string', 'see vault'])} | ${pick(['yes', 'no'])} | ${date()} |`);
NB('table', 'md-schema', () => `| ${pick(['api_key', 'client_secret', 'access_token', 'password_hash', 'token'])} | ${pick(['varchar(255)', 'text', 'bytea', 'string', 'SecretStr'])} | ${pick(['NOT NULL', 'nullable'])} | ${pick(['rotated quarterly', 'unique index', 'never logged'])} |`);
NB('table', 'md-checksums', () => `| ${svc()}-${int(1, 9)}.${int(0, 9)}.tar.gz | ${hex(64)} | ${int(1, 90)} MB |`);
NB('table', 'psql', () => ` ${int(1, 999)} | ${uuid()} | ${usr()} | ${date()} ${time()}+00 | ${pick(['active', 'revoked'])}`);
NB('table', 'psql-describe', () => ` ${pick(['password', 'secret', 'api_token', 'key'])}       | character varying(${pick([64, 128, 255])}) |           | not null | ''::character varying`);
NB('table', 'csv', () => `${date()},${svc()},${usr()},password_reset,${ip()},${uuid()},ok`);
NB('table', 'csv-hash', () => `${svc()}.whl,sha256=${chars(B64U, 43)},${int(1000, 99999)}`);
NB('table', 'tsv', () => `${svc()}\t${hex(40)}\trefs/heads/rotate-${pick(['token', 'keys', 'password'])}\t${date()}`);
NB('table', 'kubectl', () => `${svc()}-credentials   Opaque   ${int(1, 9)}      ${int(1, 400)}d`);
NB('table', 'kubectl-data', () => `password:  ${int(8, 40)} bytes`);
NB('table', 'docker-images', () => `registry.kestrel.net/${svc()}   ${int(1, 9)}.${int(0, 9)}   ${hex(12)}   ${int(2, 20)} days ago   ${int(80, 900)}MB`);
NB('table', 'aws-cli', () => `|  AIDA${chars(UD, 17)} |  ${usr()}  |  arn:aws:iam::${dg(12)}:user/${usr()}  |`);
NB('markup', 'html-form', () => `<label for="pw">${pick(['Password', 'New password', 'API token'])}</label><input id="pw" type="password" name="password" autocomplete="current-password" placeholder="${pick(['Enter password', 'At least 12 characters', 'Your token'])}" required>`);
NB('markup', 'html-sri', () => `<script src="https://cdn.kestrel.net/app.${hex(8)}.js" integrity="sha384-${b64b(48)}" crossorigin="anonymous"></script>`);
NB('markup', 'html-nonce', () => `<script nonce="${b64b(16)}">document.title="Reset password"</script>`);
NB('markup', 'html-recaptcha', () => `<div class="g-recaptcha" data-sitekey="6L${b64u(38)}" data-action="login"></div>`);
NB('markup', 'html-gtag', () => `<script async src="https://www.googletagmanager.com/gtag/js?id=G-${chars(UD, 10)}"></script>`);
NB('markup', 'html-link', () => `<a href="/account/password/reset?step=${int(1, 4)}" class="token-link" id="k-${hex(8)}">Forgot your password?</a>`);
NB('markup', 'html-td', () => `<tr><td>password</td><td>${pick(['string', 'required', 'SecretString', '(no value)', 'min. 12 chars'])}</td></tr>`);
NB('markup', 'html-assets', () => `<link rel="stylesheet" href="/_next/static/css/${hex(16)}.css" data-n-g=""/>`);
NB('markup', 'xml-ref', () => `    <password>${pick(['${env.NEXUS_PASSWORD}', '{{ nexus_password }}', '#{systemProperties.pw}', '@db.password@', '%DB_PASSWORD%'])}</password>`);
NB('markup', 'xml-xsd', () => `<xs:element name="${pick(['password', 'accessToken', 'secretKey'])}" type="xs:${pick(['string', 'token', 'base64Binary'])}" minOccurs="0"/>`);
NB('markup', 'xml-key', () => `<data key="d${int(0, 9)}">${int(1, 999)}</data><edge id="${uuid()}" source="n${int(1, 99)}" target="n${int(1, 99)}"/>`);
NB('markup', 'xml-class', () => `<bean id="passwordEncoder" class="com.harrow.security.${pick(['Argon2', 'Bcrypt', 'Scrypt'])}PasswordEncoder"><property name="strength" value="${int(4, 14)}"/></bean>`);
NB('markup', 'xml-pubkeytoken', () => `<assemblyIdentity name="Newtonsoft.Json" publicKeyToken="${hex(16)}" culture="neutral" version="13.0.0.0"/>`);
NB('markup', 'xml-digest', () => `<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue>${b64b(32)}</ds:DigestValue>`);
NB('markup', 'xml-guid', () => `<ProjectGuid>{${uuid().toUpperCase()}}</ProjectGuid><SignAssembly>true</SignAssembly><AssemblyOriginatorKeyFile>key.snk</AssemblyOriginatorKeyFile>`);
NB('markup', 'android-label', () => `    <string name="${pick(['password_hint', 'token_label', 'secret_question'])}">${pick(['Enter password', 'Access token', 'Your first pet?'])}</string>`);
NB('security', 'cef', () => `CEF:0|Fortress|WebGate|7.2|${int(100, 999)}|Password policy violation|5|src=${ip()} suser=${usr()} cs1Label=reason cs1=password too short cn1=${int(1, 9)} externalId=${uuid()}`);
NB('security', 'cef-hash', () => `CEF:0|Northwall|EDR|9.4|2201|Malware blocked|10|fileHash=${hex(64)} fname=keygen.exe suser=${usr()} deviceExternalId=${hex(32)}`);
NB('security', 'leef', () => `LEEF:2.0|Northwall|Proxy|11|auth|^|src=${ip()}^usrName=${usr()}^reason=token expired^sessionId=${hex(24)}^sev=3`);
NB('security', 'syslog-5424', () => `<86>1 ${iso()} gw.harrow.lan sshd ${int(100, 9999)} - - Failed password for invalid user ${usr()} from ${ip()} port ${int(30000, 60000)} ssh2`);
NB('security', 'winevent', () => `4624 An account was successfully logged on. Logon GUID: {${uuid()}} Key Length: ${pick([0, 128])} Package Name: NTLM V2 Security ID: S-1-5-21-${dg(10)}-${dg(9)}-${dg(10)}-${int(1000, 9999)}`);
NB('security', 'edr-token', () => `SeImpersonatePrivilege token elevation type %%${int(1936, 1938)} target token 0x${hex(6)} process lsass.exe sha1 ${hex(40)}`);
NB('security', 'suricata', () => J({ timestamp: iso(), event_type: 'tls', tls: { subject: 'CN=' + host(), fingerprint: Array.from({ length: 20 }, () => hex(2)).join(':'), ja3: { hash: hex(32) } }, flow_id: Number(dg(15)) }));
NB('security', 'scanner-report', () => `finding: rule=generic-api-key file=src/config/${svc()}.ts line=${int(1, 400)} fingerprint=${hex(40)}:generic-api-key:${int(1, 400)} match=REDACTED`);
NB('security', 'aide', () => `f = p.. .c..H.. : /etc/ssl/private/${svc()}.key SHA256 : ${b64b(32)}`);
NB('security', 'vt', () => `Threat report for password-stealer.exe: md5 ${hex(32)}, sha256 ${hex(64)}, ssdeep ${int(96, 6144)}:${chars(B64, 40)}:${chars(B64, 24)}`);
NB('shell', 'prompt', () => `${usr()}@app-14:~$ read -rs -p "${pick(['Password', 'Token', 'Passphrase'])}: " ${pick(['PASS', 'TOKEN', 'PW'])} && export ${pick(['PASS', 'TOKEN', 'PW'])}`);
NB('shell', 'subst', () => `export ${pick(['DB_PASSWORD', 'VAULT_TOKEN', 'API_KEY', 'NPM_TOKEN'])}=$(${pick(['pass show prod/db', 'vault kv get -field=pw kv/' + svc(), 'aws secretsmanager get-secret-value --secret-id ' + svc() + ' --query SecretString --output text', 'cat /run/secrets/token', 'op read op://Prod/db/password'])})`);
NB('shell', 'curl-var', () => `$ curl -H "Authorization: Bearer $${pick(['TOKEN', 'ACCESS_TOKEN', '{API_TOKEN}'])}" -u "$USER:$PASS" https://${host()}/v1/me`);
NB('shell', 'mysql-prompt', () => `$ mysql -h ${host()} -u ${usr()} -p claims`);
NB('shell', 'ssh-keygen', () => `256 SHA256:${chars(B64, 43)} ${usr()}@laptop (ED25519)`);
NB('shell', 'sha256sum', () => `${hex(64)}  ${pick(['id_rsa.pub', 'password-store.tar.gz', 'secrets.enc.yaml', 'token.go'])}`);
NB('shell', 'git-log', () => `* ${hex(9)} (HEAD -> rotate-secrets, origin/main) ${pick(['Remove password from logs', 'Add token refresh', 'Bump keyring'])}`);
NB('shell', 'known-hosts', () => `|1|${b64b(20)}|${b64b(20)} ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABB${chars(B64, 86)}=`);
NB('shell', 'openssl-file', () => `openssl rsa -in /etc/ssl/private/${svc()}.key -passin file:/root/.pass -pubout -out ${svc()}.pub`);
NB('shell', 'grep', () => `grep -rniE "(password|secret|api_?key)\\s*[:=]" --include=*.yml ./${svc()}`);
NB('shell', 'powershell', () => `PS C:\\> $cred = Get-Credential -UserName HARROW\\${usr()} -Message "Enter password"; $secure = Read-Host -AsSecureString`);
NB('shell', 'kubectl-cmd', () => `kubectl -n prod get secret ${svc()} -o jsonpath='{.data.password}' | base64 -d`);
NB('lockfile', 'package-lock', () => `      "integrity": "sha512-${b64b(64)}",`);
NB('lockfile', 'go-sum', () => `golang.org/x/crypto v0.${int(1, 40)}.0/go.mod h1:${b64b(32)}`);
NB('lockfile', 'cargo-lock', () => `checksum = "${hex(64)}"`);
NB('lockfile', 'poetry', () => `    {file = "keyring-${int(20, 25)}.0.0-py3-none-any.whl", hash = "sha256:${hex(64)}"},`);
NB('lockfile', 'yarn', () => `  resolved "https://registry.yarnpkg.com/csrf-token/-/csrf-token-${int(1, 9)}.${int(0, 9)}.0.tgz#${hex(40)}"`);
NB('encrypted', 'sops', () => `    password: ENC[AES256_GCM,data:${b64b(int(9, 30))},iv:${b64b(32)},tag:${b64b(16)},type:str]`);
NB('encrypted', 'ansible-vault', () => `db_password: !vault | $ANSIBLE_VAULT;1.1;AES256 ${chars('3', 1)}${Array.from({ length: 39 }, () => pick(['3', '6']) + chars(DG, 1)).join('')}`);
NB('encrypted', 'sealed', () => `    apiKey: AgA${chars(B64, 160)}==`);
NB('encrypted', 'eyaml', () => `profile::db::password: ENC[PKCS7,MIIB${chars(B64, 140)}]`);
NB('code', 'python', () => pick([`password = getpass.getpass("Password: ")`, `token = request.headers.get("X-Auth-Token")`, `api_key = os.environ["${pick(['STRIPE', 'MAPS', 'MAIL'])}_API_KEY"]`, `secret = settings.get_secret("${svc()}")`, `    def check_password(self, password: str) -> bool:`, `if not hmac.compare_digest(token, expected_token): raise PermissionError("bad token")`, `password: SecretStr = Field(..., min_length=${int(8, 16)})`]) + pick(['', `  # ${per()}`, ` # line ${int(1, 400)}`]));
NB('code', 'js', () => pick([`const token = await getToken({ audience: "https://${host()}/" });`, `const password = req.body.password;`, `if (password !== confirmPassword) errors.password = "Passwords do not match";`, `const apiKey = process.env.${pick(['MAPS', 'MAIL', 'SEARCH'])}_API_KEY ?? "";`, `localStorage.removeItem("access_token");`, `export const TOKEN_KEY = "${pick(['auth-token', 'session', 'refresh_token', 'kestrel.token'])}";`, `jwt.verify(token, publicKey, { algorithms: ["RS256"] });`]) + pick(['', ` // v${int(1, 99)}`, ` // see #${int(10, 999)}`]));
NB('code', 'ts', () => pick([`interface Login { user: string; password: string; token?: string }`, `type SecretRef = { secretName: string; secretKey: keyof Credentials };`, `  token: z.string().min(${int(10, 40)}),`, `const enum K { Password = "password", ApiKey = "api-key" }`, `  constructor(private readonly tokenService: TokenService, private secret = inject(SECRET)) {}`]) + pick(['', ` // ${int(1, 999)}`]));
NB('code', 'go', () => pick([`\ttoken, err := oauthCfg.Exchange(ctx, r.FormValue("code"))`, `\tPassword string \`json:"password" validate:"required,min=${int(8, 16)}"\``, `\tapiKey := os.Getenv("API_KEY_${int(1, 9)}")`, `\treturn fmt.Errorf("invalid token %q: %w", tok.ID, err) // ${int(1, 999)}`, `\tsecret, err := client.CoreV1().Secrets("prod").Get(ctx, "${svc()}", metav1.GetOptions{})`]));
NB('code', 'java', () => pick([`    @Value("\${app.${svc()}.api-key}") private String apiKey;`, `    char[] password = console.readPassword("Password for ${usr()}: ");`, `    private static final String TOKEN_HEADER = "X-Auth-Token-${int(1, 9)}";`, `    user.setPassword(passwordEncoder.encode(request.getPassword())); // ${int(1, 999)}`, `    KeyStore ks = KeyStore.getInstance("PKCS12"); ks.load(in, keystorePassword.toCharArray()); // ${int(1, 999)}`]));
NB('code', 'csharp', () => pick([`    public string Password { get; set; } = string.Empty; // ${int(1, 99)}`, `    var secret = await client.GetSecretAsync("${svc()}-password");`, `    [Required, DataType(DataType.Password), MinLength(${int(8, 16)})] public string NewPassword { get; init; }`, `    var token = configuration["Auth:${svc()}:Token"];`]));
NB('code', 'php', () => pick([`$password = password_hash($_POST['password'], PASSWORD_ARGON2ID); // ${int(1, 99)}`, `'password' => env('DB_PASSWORD_${int(1, 9)}', ''),`, `$token = $request->bearerToken() ?: $request->query('token${int(1, 9)}');`, `'password' => 'required|string|min:${int(8, 16)}|confirmed',`]));
NB('code', 'ruby', () => pick([`  password: <%= ENV.fetch("DB_PASSWORD_${int(1, 9)}") %>`, `  has_secure_password validations: ${pick(['true', 'false'])} # ${int(1, 99)}`, `  config.secret_key_base = Rails.application.credentials.secret_key_base # ${int(1, 99)}`, `  config.filter_parameters += [:password, :token, :api_key, :f${int(1, 99)}]`]));
NB('code', 'rust', () => pick([`    let token = std::env::var("TOKEN_${int(1, 9)}").expect("TOKEN not set");`, `    pub password: Secret<String>, // ${int(1, 99)}`, `    let secret_key = SecretKey::generate(&mut OsRng); // ${int(1, 99)}`, `    Token::Ident(name) => self.expect(Token::Eq)?, // ${int(1, 99)}`]));
NB('code', 'sql', () => pick([`ALTER TABLE users ADD COLUMN password_changed_at timestamptz, ADD COLUMN token_version int DEFAULT ${int(0, 9)};`, `SELECT id, api_key_id, token_hash FROM credentials WHERE revoked_at IS NULL LIMIT ${int(1, 99)};`, `CREATE INDEX idx_token_${int(1, 99)} ON sessions (token, expires_at);`, `GRANT SELECT ON secrets TO ${usr()};`]));
NB('code', 'misc-lang', () => pick([`let password = passwordField.text ?? "" // ${int(1, 99)}`, `val token = prefs.getString("token", null) // ${int(1, 99)}`, `local token = ngx.req.get_headers()["X-Token-${int(1, 9)}"]`, `my $password = <STDIN>; chomp $password; # ${int(1, 99)}`, `(def token-key :auth/token-${int(1, 9)})`, `variable "db_password_${int(1, 9)}" { type = string sensitive = true }`, `  password = var.db_password_${int(1, 9)}`, `  secret = data.aws_secretsmanager_secret_version.v${int(1, 9)}.secret_string`, `  password: System.fetch_env!("DB_PASSWORD_${int(1, 9)}"),`, `#define TOKEN_EOF ${int(1, 99)} /* lexer token */`, `std::string token = lexer.next_token(); // ${int(1, 99)}`]));
NB('code', 'lexer', () => `Token(type=${pick(['NAME', 'OP', 'STRING', 'KEYWORD'])}, value=${pick(["'password'", "'secret'", "'='", "'return'"])}, line=${int(1, 400)}, col=${int(1, 90)})`);
NB('code', 'css-key', () => `.password-strength--${pick(['weak', 'fair', 'good'])} .token { color: #${hex(6)}; background: #${hex(3)}; } /* ${int(1, 999)} */`);
NB('code', 'git-hash', () => `const BUILD = { commit: "${hex(40)}", tree: "${hex(40)}", tag: "v${int(1, 9)}.${int(0, 9)}" };`);
NB('code', 'uuid-const', () => `static const GUID IID_ITokenStore = "${uuid().toUpperCase()}";`);
NB('code', 'crypto-const', () => `assertEquals("${hex(64)}", Sha256.digest("${pick(['abc', 'hello world', 'empty', 'foo', 'quick brown fox'])}"));`);
NB('config', 'k8s-ref', () => `  - { name: ${pick(['DB_PASSWORD', 'API_TOKEN'])}, valueFrom: { secretKeyRef: { name: ${svc()}, key: password } } }`);
NB('config', 'gha-ref', () => `          ${pick(['NPM_TOKEN', 'API_KEY', 'DEPLOY_TOKEN'])}: \${{ secrets.${pick(['NPM_TOKEN', 'API_KEY', 'DEPLOY_TOKEN', 'GH_PAT'])}_${int(1, 9)} }}`);
NB('config', 'settings', () => pick([`password_encryption = scram-sha-256   # ${int(1, 99)}`, `key_buffer_size = ${int(8, 512)}M`, `token_ttl = "${int(1, 72)}h"`, `secret_backend: ${pick(['vault', 'file', 'awskms'])} # ${int(1, 9)}`, `ssl_certificate_key /etc/nginx/tls/${svc()}.key;`, `PasswordAuthentication no # ${int(1, 99)}`, `AuthorizedKeysFile .ssh/authorized_keys # ${int(1, 99)}`, `api_key_header: X-Api-Key-${int(1, 9)}`, `client_secret_env: CLIENT_SECRET_${int(1, 9)}`, `auth.token.claim.name=preferred_username_${int(1, 9)}`]));
NB('config', 'helm-existing', () => `    existingSecret: ${svc()}-credentials   # key: ${pick(['password', 'token', 'api-key'])}`);
NB('config', 'openapi', () => J({ name: pick(['api_key', 'X-Token', 'access_token']), in: 'header', type: 'apiKey', description: `token for ${svc()}` }));
NB('config', 'example-doc', () => `${pick(['API_KEY', 'CLIENT_SECRET', 'DB_PASSWORD', 'AUTH_TOKEN'])}=<${pick(['your-api-key', 'paste token here', 'db password', 'generated by admin'])}>  # see docs/${svc()}.md`);
NB('config', 'jsonschema', () => `  "${pick(['password', 'token', 'clientSecret'])}": { "type": "string", "minLength": ${int(8, 40)}, "writeOnly": true },`);
NB('public-key', 'dns-dkim', () => `s${int(1, 9)}._domainkey IN TXT "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA${chars(B64, 200)}"`);
NB('public-key', 'dnssec', () => `harrow.lan. 3600 IN DS ${int(1000, 65000)} 13 2 ${HEXU(64)}`);
NB('public-key', 'cert-pin', () => `Public-Key-Pins: pin-sha256="${b64b(32)}"; max-age=${int(1000, 99999)}`);
NB('public-key', 'spki', () => `"publicKey": "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE${chars(B64, 86)}==",`);
NB('id', 'urls', () => `See https://docs.google.com/document/d/1${b64u(43)}/edit and https://youtu.be/${b64u(11)} for the token walkthrough.`);
NB('id', 'figma-link', () => `Design: https://www.figma.com/file/${b62(22)}/Password-reset?node-id=${int(1, 99)}%3A${int(1, 999)}`);
NB('id', 'doi-isbn', () => `Secret Key Agreement, ISBN 978-${dg(10)}, doi:10.1145/${dg(7)}.${dg(7)}`);
NB('id', 'message-id', () => `Message-ID: <CA${b64u(20)}+${b64u(24)}@mail.kestrel.net>`);
NB('id', 'dkim-signature', () => `DKIM-Signature: v=1; a=rsa-sha256; d=kestrel.net; s=s1; bh=${b64b(32)}; b=${b64b(90)}`);
NB('blob', 'svg-path', () => `<path d="M${int(1, 99)} ${int(1, 99)}c${dg(2)}.${dg(3)} ${dg(1)}.${dg(3)} ${dg(2)}.${dg(2)} ${dg(2)}.${dg(3)}z" id="key-${hex(6)}"/>`);
NB('blob', 'css-data', () => `.icon-key { background: url(data:image/svg+xml;base64,PHN2Zy${chars(B64, int(80, 200))}) }`);

// ---------- assembling
type Row = { line: string; secrets: { kind: string; start: number; end: number }[]; group?: string; class?: string; ctx: string; shape: string; id: string };
const rows: Row[] = []; const seen = new Set<string>(); const planted = new Set<string>(); const idn: Record<string, number> = {};
function emit(raw: string, ctx: string, shape: string, half: string, group: string | undefined, cls: string | undefined): boolean {
  let line = ''; const secrets: Row['secrets'] = []; let start = -1, kind = '';
  for (let i = 0; i < raw.length; i++) {
    const ch = raw[i];
    if (ch === '\ue000') { kind = kinds[raw.charCodeAt(++i) - 0xe100]; start = line.length; } else if (ch === '\ue001') { secrets.push({ kind, start, end: line.length }); planted.add(line.slice(start)); } else line += ch;
  }
  if (seen.has(line) || /[\n\r]/.test(line)) return false;
  if ((group !== undefined) !== secrets.length > 0) throw new Error('label mismatch in ' + ctx + ': ' + line);
  seen.add(line);
  const pre = `y${seedArg}-${half}${group ? 'p' : 'n'}`; idn[pre] = (idn[pre] ?? 0) + 1;
  const row: Row = { line, secrets, ctx: half + ':' + ctx, shape, id: `${pre}-${String(idn[pre]).padStart(5, '0')}` };
  if (group) row.group = group; else row.class = cls;
  rows.push(row); return true;
}
const PRE_ONLY_ALNUM = /^[A-Za-z0-9._\-]*$/;
function positive(t: T, round: number): boolean {
  const cat = t.cats[round % t.cats.length];
  if (cat === 'u') { const raw = t.f(ctxOf('api key', '', '', '')); const g = /wireguard|generic|basic|uuid|totp|servicebus|cosmos|kube|django|cloudinary|alibaba|splunk|elastic|laravel|k8s|^two|md-two|amid/.test(t.ctx + kinds[raw.charCodeAt(raw.indexOf('\ue000') + 1) - 0xe100]) ? 'generic' : 'prefixed'; return emit(raw, t.ctx, 'special:' + kinds[raw.charCodeAt(raw.indexOf('\ue000') + 1) - 0xe100], t.half, g, undefined); }
  let x = value(cat);
  // shells and unquoted dialects: keep to values that need no quoting there
  const bare = /docker-run|helm|literal|build|java-opts|export|shell-(redis|openssl|psql|wget|history|docker)|cmd-set|winevent|powershell|npm|gitlab|yaml-inline|^yaml$|pgpass|go-struct|dotenv|compose|cef|leef|properties|ini|php-vardump|csv|lombok|latex|src-ruby|kubectl-literal|dotnet|vbs|kafka|org-table|syslog-5424/.test(t.ctx);
  for (let k = 0; k < 40 && bare && !PRE_ONLY_ALNUM.test(x.v); k++) x = value(cat);
  if (bare && !PRE_ONLY_ALNUM.test(x.v)) return false;
  // without a name beside it only an unmistakable prefix is a secret
  for (let k = 0; k < 40 && /^bare|git-log|^commit/.test(t.ctx) && /ghost|nuget|asana|octopus|nats|launchdarkly|lob|maxmind|facebook|clickup/.test(x.kind); k++) x = value('x');
  const c = ctxOf(x.name, S(x.kind, x.v), S(x.kind, enc(x.v)), x.kind);
  return emit(t.f(c), t.ctx, x.shape, t.half, x.group, undefined);
}
const MN: Record<string, string> = { m: 'masked', h: 'placeholder', r: 'reference', n: 'none' };
function mirror(t: T, round: number): boolean {
  if (!t.mir) return false;
  const cls = MN[t.mir[round % t.mir.length]]; const cat = pick([...t.cats].map((z) => z === 'w' ? 'p' : z)); const name = cat === 'x' ? pick(PRE)[1] : pick(cat === 'p' ? PWN : GNN);
  const sh = /shell|powershell|docker-(run|build)|java-opts|helm|literal|jenkins|prompt|history/.test(t.ctx);
  const v = sh && cls === 'reference' ? pick(['$DB_PASSWORD', '${APP_SECRET}', '$(cat /run/secrets/' + svc() + ')', '$(op read op://Prod/' + svc() + '/credential)', '${TOKEN:?required}', '$(pass show prod/' + svc() + ')']) : MIRROR[cls](); return emit(t.f(ctxOf(name, v, enc(v), '')), t.ctx, 'mirror:' + cls, t.half, undefined, 'hard:mirror-' + cls);
}
const QUOTA = { A: 600, B: 650 } as Record<string, number>;
function fill(half: string, list: readonly unknown[], n: number, f: (i: number, round: number) => boolean): void {
  let made = 0; for (let round = 0; made < n && round < 60; round++) { const order = list.map((_, i) => i); for (let i = order.length - 1; i > 0; i--) { const j = int(0, i); [order[i], order[j]] = [order[j], order[i]]; } for (const i of order) { if (made >= n) break; if (f(i, round)) made++; } }
}
for (const half of ['A', 'B']) {
  const ts = TT.filter((t) => t.half === half), ns = NN.filter((t) => t.half === half), ms = ts.filter((t) => t.mir !== '');
  fill(half, ts, QUOTA[half], (i, r) => positive(ts[i], r + i));
  const nm = 150;
  fill(half, ms, nm, (i, r) => mirror(ms[i], r + i));
  fill(half, ns, QUOTA[half] - nm, (i) => { const t = ns[i]; return emit(t.f(), t.ctx, 'natural', t.half, undefined, t.cls); });
}
// no planted secret may stand in a negative line; single words count too
const out = rows.filter((r) => r.secrets.length > 0 || ![...planted].some((p) => r.line.includes(p)));
for (let i = out.length - 1; i > 0; i--) { const j = int(0, i); [out[i], out[j]] = [out[j], out[i]]; }
process.stdout.write(out.map((r) => JSON.stringify(r)).join('\n') + '\n');
