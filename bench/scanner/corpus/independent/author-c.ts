// genx.ts: corpus generator of author X.   node genx.ts SEED > roundx.jsonl
// Self-contained; Node 24 type stripping; seeded PRNG; no dependencies.
type Rng = () => number;
type Secret = { kind: string; start: number; end: number };
type Prov = { kind: string; name: string; gen: () => string };
type St = { prov: Prov; shape: string; groups: string[]; user: string };

const seed = Number(process.argv[2] ?? 1) >>> 0;
const WANT = Number(process.argv[3] ?? 1500);
function mulberry(a: number): Rng {
  return () => { a = (a + 0x6d2b79f5) | 0; let t = Math.imul(a ^ (a >>> 15), 1 | a); t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t; return ((t ^ (t >>> 14)) >>> 0) / 4294967296; };
}
const r = mulberry(seed ^ 0x5eed1234);
const int = (a: number, b: number): number => a + Math.floor(r() * (b - a + 1));
const pick = <T,>(a: readonly T[]): T => a[Math.floor(r() * a.length)]!;
const rep = (n: number, f: () => string): string => { let s = ''; for (let i = 0; i < n; i++) s += f(); return s; };
const from = (al: string, n: number): string => rep(n, () => al[Math.floor(r() * al.length)]!);
const DIG = '0123456789', LOW = 'abcdefghijklmnopqrstuvwxyz', UP = LOW.toUpperCase(), ALN = UP + LOW + DIG;
const HEX = '0123456789abcdef', B64 = ALN + '+/', B64U = ALN + '-_', B32 = UP + '234567';
const cap = (s: string): string => s[0]!.toUpperCase() + s.slice(1);
const pad = (n: number, w = 2): string => String(n).padStart(w, '0');
function shuffle<T>(a: T[]): T[] { for (let i = a.length - 1; i > 0; i--) { const j = Math.floor(r() * (i + 1)); [a[i], a[j]] = [a[j]!, a[i]!]; } return a; }

function crc32(s: string): number {
  let c = 0xffffffff;
  for (let i = 0; i < s.length; i++) { c ^= s.charCodeAt(i); for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1; }
  return (c ^ 0xffffffff) >>> 0;
}
const B62 = DIG + UP + LOW;
function b62(n: number, w: number): string { let s = ''; while (n > 0) { s = B62[n % 62]! + s; n = Math.floor(n / 62); } return s.padStart(w, '0'); }
const gh = (p: string) => (): string => { const b = from(ALN, 30); return p + b + b62(crc32(b), 6); };
const b64 = (s: string): string => Buffer.from(s).toString('base64');
const b64bytes = (n: number): string => Buffer.from(Array.from({ length: n }, () => int(0, 255))).toString('base64');
const b64ubytes = (n: number): string => Buffer.from(Array.from({ length: n }, () => int(0, 255))).toString('base64url');

const WORDS = ('amber anchor apricot autumn badger bamboo banjo barley beacon beaver biscuit blanket blossom bluebird bonfire bramble breeze bridge bronze buffalo butter butterfly button cactus camel candle canyon caramel carpet castle cedar cherry chestnut chicken cinnamon clover coconut comet copper cottage cotton cricket crystal daisy dolphin dragonfly driftwood eagle ember falcon feather fiddle firefly flamingo forest fountain foxglove galaxy garden garlic ginger glacier goldfish granite grasshopper hammock harbor harvest hazelnut hedgehog heron honey horizon hurricane iceberg island ivory jasmine juniper kestrel kettle kingfisher ladder lagoon lantern lavender lemon leopard library lighthouse lobster magnet mango maple marble meadow melon mercury midnight monkey moonlight morning mountain mushroom mustard nectar nutmeg oatmeal ocean octopus olive orchard orchid otter oyster paddle panther paper parrot pebble pelican pepper piano pickle pigeon pilgrim planet pumpkin puzzle quartz rabbit rainbow raven river rocket saffron salmon sandwich sapphire saturn seagull shadow silver skylark snowball spinach sparrow spider squirrel starfish strawberry summer sunflower sunset swallow tangerine teapot thunder tiger timber tomato tornado trumpet tulip turtle umbrella valley vanilla velvet violet volcano walnut walrus waterfall whisper willow window winter zebra').split(' ');
const FILL = ['lentil', 'chair', 'folder', 'mirror', 'bottle', 'jacket', 'ribbon', 'saddle', 'wagon', 'ticket', 'barrel', 'curtain', 'pillow', 'bucket', 'hinge', 'gravel', 'noodle', 'engine', 'velcro', 'dragon']; // fillers; none of them is ever a password
const NAMES = ['marley', 'oliver', 'charlie', 'bailey', 'jessica', 'michael', 'daniel', 'sophie', 'rusty', 'molly', 'jasper', 'hannah', 'lucas', 'amanda', 'bella', 'steven', 'martin', 'emily'];
const USERS = ['app', 'appuser', 'svc_backup', 'jdoe', 'asmith', 'deploy', 'root', 'admin', 'reporting', 'billing', 'orders_rw', 'readonly', 'etl', 'jenkins', 'grafana', 'mchen', 'kpatel', 'sara.jones', 'monitor', 'replicator', 'postgres', 'webapp', 'api', 'ldapbind', 'ftpuser', 'backup'];
const SVCS = ['billing', 'checkout', 'orders', 'inventory', 'payments', 'gateway', 'auth', 'catalog', 'notifier', 'search', 'ledger', 'shipping', 'reports', 'accounts', 'scheduler', 'mailer', 'webhooks', 'profile'];
const CORPS = ['northwind', 'contoso', 'fabrikam', 'initech', 'bluepeak', 'harborline', 'meridian', 'ridgeway', 'brightloom', 'oakfield'];

// ---- values ----
const mark = (st: St, kind: string, shape: string, group: string, v: string): string => { if (!st.shape) st.shape = shape; st.groups.push(group); return '\u0001' + kind + '\u0002' + v + '\u0003'; };
const leet = (w: string): string => w.replace(/[aeios]/g, c => r() < 0.6 ? ({ a: '@', e: '3', i: '1', o: '0', s: '5' } as Record<string, string>)[c]! : c);
function human(sym: string): string {
  const w = pick(WORDS), v = pick(WORDS), s = pick([...sym]), e = pick([...sym].filter(c => '!@#$*'.includes(c))); // e: sign at the end, never a stop
  switch (int(0, 7)) {
    case 0: return cap(pick(['summer', 'winter', 'autumn', 'spring', 'monday', 'october', 'january'])) + int(2018, 2026) + e;
    case 1: return cap(w) + int(10, 9999) + e;
    case 2: return cap(w) + s + cap(v) + int(1, 99);
    case 3: return cap(pick(NAMES)) + int(1965, 2012) + (r() < 0.5 ? e : '');
    case 4: return w + int(100, 9999);
    case 5: { const l = leet(w); return cap(sym.includes('@') ? l : l.replace(/@/g, '4')) + s + int(1, 999); }
    case 6: return cap(pick(CORPS)) + s + int(2019, 2026);
    default: return w + s + v + int(1, 999);
  }
}
function mixed(sym: string): string {
  for (;;) {
    const n = int(10, 20); let s = from(ALN, 1);
    while (s.length < n - 1) s += r() < 0.17 ? pick([...sym]) : from(ALN, 1);
    s += r() < 0.2 && sym.includes('!') ? '!' : from(ALN, 1);
    if (/[a-z]/.test(s) && /[A-Z]/.test(s) && /\d/.test(s) && /[^A-Za-z0-9]/.test(s) && !/\$[{(]|%[sd]|\$[A-Z]|--|\*\*/.test(s)) return s;
  }
}
function wordpw(spaces: boolean): [string, string] {
  switch (int(0, 6)) {
    case 0: case 1: case 2: return ['dict-word', pick(WORDS.filter(w => w.length >= 7))];
    case 3: return ['dict-word', cap(pick(WORDS.filter(w => w.length >= 7)))];
    case 4: return ['two-words', pick(WORDS) + pick(WORDS)];
    default: { const sep = spaces && r() < 0.3 ? ' ' : pick(['-', '-', '.', '_']); return ['passphrase', Array.from({ length: int(3, 4) }, () => pick(WORDS)).join(sep)]; }
  }
}
const distinct = (f: () => string): string => { for (;;) { const s = f(); if (/\d/.test(s) && /[A-Z]/.test(s) && /[a-z]/.test(s)) return s; } };
function password(st: St, sym: string, o: { words?: boolean; spaces?: boolean } = {}): string {
  const x = r();
  if (o.words !== false && x < 0.2) { const [s, v] = wordpw(!!o.spaces); return mark(st, 'word-password', s, 'words', v); }
  if (x < 0.5) return mark(st, 'generic-password', 'human', 'generic', human(sym.replace(/[_%=~^]/g, '') || '!'));
  if (x < 0.76) return mark(st, 'generic-password', 'mixed', 'generic', mixed(sym));
  if (x < 0.81) return mark(st, 'generic-password', 'passphrase-mixed', 'generic', [cap(pick(WORDS)), pick(WORDS) + int(2, 99), cap(pick(WORDS))].join('-'));
  if (x < 0.93) return mark(st, 'generic-password', 'alnum', 'generic', distinct(() => from(ALN, int(10, 24))));
  return mark(st, 'generic-password', 'hex', 'generic', from(HEX, pick([16, 24, 32])));
}
function key(st: St, url: boolean): string {
  const x = r();
  if (x < 0.3) return mark(st, 'generic-api-key', 'hex', 'generic', from(HEX, pick([32, 32, 40, 48, 64])));
  if (x < 0.6) return mark(st, 'generic-api-key', 'alnum', 'generic', distinct(() => from(ALN, pick([24, 28, 32, 36, 40, 48, 64]))));
  if (x < 0.8) return mark(st, 'generic-api-key', url ? 'base64url' : 'base64', 'generic', url ? b64ubytes(pick([24, 32, 48])) : b64bytes(pick([20, 24, 32, 48, 64])));
  if (x < 0.88) return mark(st, 'generic-api-key', 'base64url', 'generic', b64ubytes(pick([18, 24, 32, 36])));
  if (x < 0.94) return mark(st, 'generic-api-key', 'lower-alnum', 'generic', from(LOW + DIG, pick([25, 30, 32, 40])));
  if (x < 0.97) return mark(st, 'generic-api-key', 'upper-alnum', 'generic', from(UP + DIG, pick([20, 24, 32])));
  return mark(st, 'generic-api-key', 'uuid-key', 'generic', uuid());
}
function jwt(): string {
  const now = 1760000000 + int(0, 20000000);
  const h = Buffer.from(JSON.stringify(pick([{ alg: 'HS256', typ: 'JWT' }, { alg: 'RS256', typ: 'JWT', kid: from(HEX, 8) }]))).toString('base64url');
  const p = Buffer.from(JSON.stringify({ sub: pick([String(int(1000, 99999)), uuid()]), iss: 'https://' + pick(CORPS) + '.com', iat: now, exp: now + 3600 })).toString('base64url');
  return h + '.' + p + '.' + b64ubytes(32);
}
const pem = (nl: string): string => { const t = pick(['RSA PRIVATE KEY', 'PRIVATE KEY', 'EC PRIVATE KEY']); const n = int(4, 8); return `-----BEGIN ${t}-----` + nl + pick(['MIIE', 'MHcC', 'MIIJ']).slice(0, 4) + from(B64, 60) + nl + rep(n, () => from(B64, 64) + nl) + from(B64, 22) + '==' + nl + `-----END ${t}-----`; };
const uuid = (): string => `${from(HEX, 8)}-${from(HEX, 4)}-4${from(HEX, 3)}-${pick([...'89ab'])}${from(HEX, 3)}-${from(HEX, 12)}`;

const P = (kind: string, name: string, gen: () => string): Prov => ({ kind, name, gen });
const PROVS: Prov[] = [
  P('aws-access-key-id', 'aws_access_key_id', () => 'AKIA' + from(B32, 16)),
  P('github-pat', 'github_token', gh('ghp_')), P('github-pat', 'gh_token', gh('ghp_')),
  P('github-fine-grained-pat', 'github_pat', () => 'github_pat_11' + from(UP + DIG, 20) + '_' + from(ALN, 59)),
  P('github-app-token', 'github_app_token', gh('ghs_')),
  P('gitlab-pat', 'gitlab_token', () => 'glpat-' + from(B64U, 20)),
  P('stripe-secret-key', 'stripe_secret_key', () => 'sk_live_' + from(ALN, pick([24, 99]))),
  P('stripe-restricted-key', 'stripe_api_key', () => 'rk_live_' + from(ALN, 24)),
  P('stripe-webhook-secret', 'stripe_webhook_secret', () => 'whsec_' + from(ALN, 32)),
  P('slack-bot-token', 'slack_bot_token', () => `xoxb-${from(DIG.slice(1), 12)}-${from(DIG.slice(1), 13)}-${from(ALN, 24)}`),
  P('slack-user-token', 'slack_token', () => `xoxp-${from(DIG.slice(1), 12)}-${from(DIG.slice(1), 12)}-${from(DIG.slice(1), 13)}-${from(HEX, 32)}`),
  P('google-api-key', 'google_api_key', () => 'AIzaSy' + from(B64U, 33)),
  P('gcp-oauth-secret', 'google_client_secret', () => 'GOCSPX-' + from(B64U, 28)),
  P('sendgrid-api-key', 'sendgrid_api_key', () => 'SG.' + from(B64U, 22) + '.' + from(B64U, 43)),
  P('npm-token', 'npm_token', gh('npm_')),
  P('pypi-token', 'pypi_token', () => 'pypi-AgEIcHlwaS5vcmc' + from(B64U, 150)),
  P('digitalocean-pat', 'digitalocean_token', () => 'dop_v1_' + from(HEX, 64)),
  P('vault-token', 'vault_token', () => 'hvs.' + from(B64U, 95)),
  P('openai-key', 'openai_api_key', () => 'sk-proj-' + from(B64U, 58) + 'T3BlbkFJ' + from(B64U, 58)),
  P('anthropic-key', 'anthropic_api_key', () => 'sk-ant-api03-' + from(B64U, 93) + 'AA'),
  P('docker-pat', 'docker_token', () => 'dckr_pat_' + from(B64U, 27)),
  P('shopify-token', 'shopify_access_token', () => 'shpat_' + from(HEX, 32)),
  P('newrelic-key', 'new_relic_api_key', () => 'NRAK-' + from(UP + DIG, 27)),
  P('linear-key', 'linear_api_key', () => 'lin_api_' + from(ALN, 40)),
  P('huggingface-token', 'hf_token', () => 'hf_' + from(UP + LOW, 34)),
  P('grafana-sa-token', 'grafana_token', () => { const b = from(ALN, 32); return 'glsa_' + b + '_' + crc32('glsa_' + b).toString(16).padStart(8, '0'); }),
  P('databricks-token', 'databricks_token', () => 'dapi' + from(HEX, 32)),
  P('postman-key', 'postman_api_key', () => 'PMAK-' + from(HEX, 24) + '-' + from(HEX, 34)),
  P('pulumi-token', 'pulumi_access_token', () => 'pul-' + from(HEX, 40)),
  P('sentry-token', 'sentry_auth_token', () => 'sntryu_' + from(HEX, 64)),
  P('mailgun-key', 'mailgun_api_key', () => 'key-' + from(HEX, 32)),
  P('telegram-bot-token', 'telegram_bot_token', () => from('123456789', 10) + ':AA' + from(B64U, 33)),
  P('rubygems-key', 'rubygems_api_key', () => 'rubygems_' + from(HEX, 48)),
  P('airtable-pat', 'airtable_api_key', () => 'pat' + from(ALN, 14) + '.' + from(HEX, 64)),
  P('groq-key', 'groq_api_key', () => 'gsk_' + from(ALN, 52)),
  P('replicate-token', 'replicate_api_token', () => 'r8_' + from(ALN, 37)),
  P('doppler-token', 'doppler_token', () => 'dp.pt.' + from(ALN, 43)),
  P('terraform-token', 'tfe_token', () => from(ALN, 14) + '.atlasv1.' + from(B64U, 67)),
  P('planetscale-token', 'planetscale_service_token', () => 'pscale_tkn_' + from(B64U, 43)),
  P('square-token', 'square_access_token', () => 'EAAA' + from(B64U, 60)),
  P('atlassian-token', 'jira_api_token', () => 'ATATT3xFfGF0' + from(B64U, 172) + '=' + from(HEX.toUpperCase(), 8)),
  P('netlify-token', 'netlify_auth_token', () => 'nfp_' + from(ALN, 36)),
  P('notion-token', 'notion_token', () => 'ntn_' + from(DIG, 11) + from(ALN, 35)),
  P('figma-token', 'figma_token', () => 'figd_' + from(B64U, 40)),
  P('age-secret-key', 'sops_age_key', () => 'AGE-SECRET-KEY-1' + from('QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L', 58)),
];
const PN = ['db_password', 'password', 'passwd', 'admin_password', 'smtp_password', 'redis_password', 'root_password', 'ldap_bind_password', 'keystore_password', 'db_pass', 'ftp_password', 'rabbitmq_password', 'mysql_password', 'proxy_password', 'user_password', 'postgres_password', 'mail_password', 'sftp_password', 'default_password', 'service_password'];
const KN = ['api_key', 'secret_key', 'client_secret', 'auth_token', 'access_token', 'refresh_token', 'signing_key', 'encryption_key', 'jwt_secret', 'session_secret', 'webhook_secret', 'app_secret', 'api_token', 'api_secret', 'consumer_secret', 'hmac_secret', 'internal_api_key', 'oauth_client_secret', 'service_token', 'shared_secret'];
const camel = (s: string): string => s.replace(/_(\w)/g, (_, c: string) => c.toUpperCase());
const MON = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const iso = (): string => `${int(2024, 2026)}-${pad(int(1, 12))}-${pad(int(1, 28))}T${clock()}${pick(['Z', '.' + pad(int(0, 999), 3) + 'Z', '+00:00'])}`;
const clock = (): string => `${pad(int(0, 23))}:${pad(int(0, 59))}:${pad(int(0, 59))}`;
const day = (): string => `${int(2024, 2026)}-${pad(int(1, 12))}-${pad(int(1, 28))}`;
const sysl = (): string => `${pick(MON)} ${String(int(1, 28)).padStart(2)} ${clock()}`;
const lev = (): string => pick(['DEBUG', 'INFO', 'WARN', 'ERROR', 'INFO', 'DEBUG']);
const host = (): string => pick([`${pick(['db', 'web', 'app', 'cache', 'mq', 'ldap', 'mail', 'build'])}-${pad(int(1, 12))}.${pick(CORPS)}.internal`, `10.${int(0, 40)}.${int(0, 255)}.${int(2, 250)}`, `${pick(['db', 'redis', 'rabbit', 'pg', 'mysql'])}.${pick(['prod', 'staging', 'eu', 'dc1'])}.${pick(CORPS)}.com`]);
const sh = (): string => `${pick(['web', 'app', 'db', 'bastion', 'build', 'node', 'mail', 'edge'])}${pad(int(1, 30))}`;
function logp(): string {
  const c = pick(SVCS);
  switch (int(0, 8)) {
    case 0: return `${iso()} ${lev()} `;
    case 1: return `${day()} ${clock()},${pad(int(0, 999), 3)} ${lev()} [${pick(['main', 'http-nio-8080-exec-' + int(1, 20), 'pool-2-thread-' + int(1, 9)])}] com.${pick(CORPS)}.${c}.${cap(c)}${pick(['Service', 'Client', 'Config'])} - `;
    case 2: return `${day()} ${clock()} [${lev()}] ${c}: `;
    case 3: return `[${day()} ${clock()}] ${lev().toLowerCase()}: `;
    case 4: return `${sysl()} ${sh()} ${c}[${int(300, 60000)}]: `;
    case 5: return `${lev()}:${c}.${pick(['client', 'db', 'settings', 'auth'])}:`;
    case 6: return `${c}-${int(1, 3)}  | ${clock()} `;
    case 7: return `${int(2024, 2026)}/${pad(int(1, 12))}/${pad(int(1, 28))} ${clock()} `;
    default: return `[${c}] ${lev().toLowerCase()} `;
  }
}
const FILES = ['config.yml', 'settings.py', 'application.properties', 'docker-compose.yml', '.env', 'values.yaml', 'deploy.sh', 'web.config', 'main.tf'];
const SYM = '!@#$%^*-_+=?.', SYMU = '-_.!~', SYMC = '!@#$^*-_+.';

function slot(name: string, st: St): string {
  const [a, b] = name.split(':') as [string, string | undefined];
  const num = Number(b ?? 0);
  switch (a) {
    case 'P': return password(st, SYM.replace('$', r() < 0.5 ? '$' : '!'), { spaces: true });
    case 'Pi': return password(st, SYMC);
    case 'Pu': return password(st, SYMU);
    case 'Pp': return password(st, '!@#$*-');           // prose: never ends in a full stop
    case 'Q': return password(st, SYM, { words: false });
    case 'Qu': return password(st, SYMU, { words: false });
    case 'W': { const [s, v] = wordpw(false); return mark(st, 'word-password', s, 'words', v); }
    case 'K': return key(st, false);
    case 'Ku': return key(st, true);
    case 'X': return mark(st, st.prov.kind, 'prefix:' + st.prov.kind, 'prefixed', st.prov.gen());
    case 'Xb': { const p = pick(PROVS.filter(q => /^(github|gitlab|stripe|slack|gcp-o|sendgrid|npm|pypi|digital|vault|openai|anthropic|docker|shopify|linear|hugging|grafana|groq|figma|doppler)/.test(q.kind))); return mark(st, p.kind, 'prefix:' + p.kind, 'prefixed', p.gen()); }
    case 'Xk': { const p = pick(PROVS.filter(q => q.kind === b)); return mark(st, p.kind, 'prefix:' + p.kind, 'prefixed', p.gen()); }
    case 'AWSS': return mark(st, 'aws-secret-access-key', 'base64-40', 'generic', distinct(() => from(B64, 40)));
    case 'AZK': return mark(st, 'azure-storage-key', 'base64-88', 'generic', b64bytes(64));
    case 'J': return mark(st, 'jwt', 'jwt', 'prefixed', jwt());
    case 'PEM': return mark(st, 'private-key', 'pem', 'prefixed', pem('\\n'));
    case 'SLK': return mark(st, 'slack-webhook', 'webhook-url', 'prefixed', `https://hooks.slack.com/services/T${from(UP + DIG, 9)}/B${from(UP + DIG, 10)}/${from(ALN, 24)}`);
    case 'BAS': return mark(st, 'basic-auth', 'basic-b64', 'generic', b64(pick(USERS) + ':' + (r() < 0.5 ? human('!#@') : distinct(() => from(ALN, 16)))));
    case 'WG': return mark(st, 'symmetric-key', 'base64-44', 'generic', b64bytes(32));
    case 'TOTP': return mark(st, 'totp-seed', 'base32', 'generic', from(B32, pick([16, 32])));
    case 'pn': return pick(PN); case 'PN': return pick(PN).toUpperCase(); case 'pC': return camel(pick(PN)); case 'pk': return pick(PN).replace(/_/g, '-'); case 'pd': return pick(PN).replace(/_/g, '.');
    case 'kn': return pick(KN); case 'KN': return pick(KN).toUpperCase(); case 'kC': return camel(pick(KN)); case 'kk': return pick(KN).replace(/_/g, '-'); case 'kd': return pick(KN).replace(/_/g, '.'); case 'KP': return cap(camel(pick(KN))); case 'PP': return cap(camel(pick(PN)));
    case 'xn': return st.prov.name; case 'XN': return st.prov.name.toUpperCase(); case 'xC': return camel(st.prov.name);
    case 'user': return st.user; case 'User': return cap(st.user);
    case 'host': return host(); case 'sh': return sh(); case 'svc': return pick(SVCS); case 'SVC': return pick(SVCS).toUpperCase(); case 'Svc': return cap(pick(SVCS));
    case 'corp': return pick(CORPS); case 'Corp': return cap(pick(CORPS)); case 'dom': return pick(CORPS) + pick(['.com', '.io', '.net', '.org']);
    case 'ip': return `${int(11, 220)}.${int(0, 255)}.${int(0, 255)}.${int(1, 254)}`;
    case 'n': return String(int(1, num || 99)); case 'N': return String(int(1000, 99999)); case 'pid': return String(int(300, 65000)); case 'ms': return String(int(3, 4000));
    case 'iso': return iso(); case 'day': return day(); case 'clk': return clock(); case 'sys': return sysl(); case 'lev': return lev(); case 'L': return logp();
    case 'uuid': return uuid(); case 'hex': return from(HEX, num); case 'HEX': return from(HEX.toUpperCase(), num); case 'b64': return b64bytes(num); case 'b64u': return b64ubytes(num); case 'al': return from(ALN, num); case 'dig': return from('123456789', 1) + from(DIG, num - 1); case 'upa': return from(UP + DIG, num);
    case 'w': return pick(FILL); case 'Wd': return cap(pick(FILL)); case 'env': return pick(['prod', 'staging', 'dev', 'qa', 'production']); case 'reg': return pick(['us-east-1', 'eu-west-1', 'eu-central-1', 'ap-southeast-2', 'us-west-2', 'sa-east-1']);
    case 'file': return pick(FILES); case 'ver': return `${int(0, 9)}.${int(0, 30)}.${int(0, 20)}`; case 'db': return pick(['orders', 'app', 'billing', 'crm', 'warehouse', 'users', 'inventory']); case 'port': return String(pick([5432, 3306, 6379, 8080, 8443, 5672, 27017, 389, 587]));
    case 'fp': return Array.from({ length: 16 }, () => from(HEX, 2)).join(':');
    case '$': return '$'; case 'bt': return '`';
    default: throw new Error('unknown slot ' + name);
  }
}
function expand(t: string, pos: boolean): { line: string; secrets: Secret[]; st: St } {
  const st: St = { prov: pick(PROVS), shape: '', groups: [], user: pick(USERS) };
  const s = t.replace(/«([^»]+)»/g, (_, n: string) => slot(n, st));
  let line = ''; const secrets: Secret[] = [];
  for (let i = 0; i < s.length;) {
    if (s[i] === '\u0001') { const j = s.indexOf('\u0002', i), e = s.indexOf('\u0003', j); const kind = s.slice(i + 1, j), v = s.slice(j + 1, e); secrets.push({ kind, start: line.length, end: line.length + v.length }); line += v; planted.add(v); i = e + 1; }
    else line += s[i++];
  }
  if (pos !== secrets.length > 0) throw new Error('template in the wrong block: ' + t);
  return { line, secrets, st };
}
const planted = new Set<string>();
type Tpl = { ctx: string; cls: string; t: string };
function parse(block: string): Tpl[] {
  const out: Tpl[] = []; let ctx = '', cls = '';
  for (const l of block.split('\n')) {
    if (l === '') continue;
    if (l.startsWith('@@ ')) { [, ctx, cls] = l.split(' ') as [string, string, string]; cls ??= ''; continue; }
    out.push({ ctx, cls, t: l.replace(/⇥/g, '\t') });
  }
  return out;
}
// ==== templates: «slot» marks a value or a filler, "@@ ctx class" opens a block
const POS = String.raw`
@@ config
spring.datasource.password=«Pi»
spring.mail.password = «Pi»
spring.rabbitmq.password: «Pi»
spring.security.oauth2.client.registration.okta.client-secret=«Ku»
server.ssl.key-store-password=«Pi»
requirepass «Qu»
masterauth «Qu»
//registry.npmjs.org/:_authToken=«Xk:npm-token»
//npm.«dom»/:_authToken="«Ku»"
machine «host» login «user» password «Pu»
«host»:5432:«db»:«user»:«Qu»
password = «Pi»
    password: "«P»"
  «pn»: «Pi»
  «kn»: "«K»"
«KN»=«Ku»
export «KN»="«K»"
«PN»='«P»'
«XN»=«X»
«xn»: "«X»"
«xn» = "«X»"
aws_secret_access_key = «AWSS»
secret_access_key: «AWSS»
bind_pw = "«P»"
bindpw «Pu»
smtp_sasl_password_maps = static:«user»:«Qu»
[mail.«dom»]:587 «user»@«dom»:«Qu»
admin_password = «Pi»
  password = "«P»"
url = "postgres://«user»:«Qu»@«host»:5432/«db»?sslmode=disable"
index-url = https://«user»:«Ku»@pypi.«dom»/simple
Environment="«PN»=«P»"
Environment=«XN»=«X»
ENV «PN» «Qu»
ENV «KN»=«Ku»
ARG «XN»=«X»
      - «PN»=«Pi»
      POSTGRES_PASSWORD: «Pi»
      MYSQL_ROOT_PASSWORD: "«P»"
      - "RABBITMQ_DEFAULT_PASS=«Pi»"
secret = «Ku»
  basic_auth_password: «Pi»
    password => "«P»"
  password "«P»"
"ConnectionStrings": { "Default": "Server=«host»;Database=«db»;User Id=«user»;Password=«Pi»;" },
  "«pC»": "«P»",
  "«kC»": "«K»",
  "«xC»": "«X»",
http_proxy=http://«user»:«Qu»@proxy.«dom»:3128
passwd=«Pi»
  psk="«P»"
wpa_passphrase=«Pi»
: PSK "«P»"
rpcpassword=«Qu»
signingPassword=«Pi»
storePassword=«Pi»
sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="«user»" password="«P»";
ssl.truststore.password=«Pi»
secret: "«K»"  # radius «sh»
auth_pass «Qu»
access_key = «Xk:aws-access-key-id»
pass = «Pi»
SECRET_KEY = '«K»'
define( 'DB_PASSWORD', '«P»' );
define('AUTH_KEY', '«K»');
$config['db']['password'] = '«P»';
$cfg['Servers'][$i]['password'] = '«P»';
gitlab_rails['smtp_password'] = "«P»"
elastic.password: "«P»"
xpack.encryptedSavedObjects.encryptionKey: "«K»"
webhook_url: «SLK»
slack_api_url: '«SLK»'
cookie_secret: «Ku»
hmac-secret-key = "«K»";
@@ code-python
«PN» = "«P»"
«KN» = '«K»'
    «kn» = "«K»"
client = «Svc»Client(api_key="«K»", timeout=30)
conn = psycopg2.connect(host="«host»", dbname="«db»", user="«user»", password="«P»")
conn = pymysql.connect(host='«host»', user='«user»', passwd='«P»', db='«db»')
    "PASSWORD": "«P»",
engine = create_engine("postgresql+psycopg2://«user»:«Qu»@«host»:5432/«db»")
os.environ["«XN»"] = "«X»"
headers = {"Authorization": "Bearer «Ku»", "Accept": "application/json"}
headers={'X-API-Key': '«Ku»'}
requests.get(url, auth=("«user»", "«P»"))
ssh.connect(hostname="«host»", username="«user»", password="«P»")
smtp.login("«user»@«dom»", "«P»")
def connect(host="«host»", user="«user»", password="«P»"):
app.config["SECRET_KEY"] = "«K»"
«xn» = "«X»"  # TODO move to vault
openai.api_key = "«Xk:openai-key»"
s3 = boto3.client("s3", aws_access_key_id="«Xk:aws-access-key-id»", aws_secret_access_key="«AWSS»")
if request.args.get("token") == "«Ku»":
@@ code-js
const «kC» = "«K»";
const «pC» = '«P»';
  «kC»: '«K»',
  password: "«P»",
const «xC» = '«X»'
export const «KN» = "«K»";
mongoose.connect("mongodb://«user»:«Qu»@«host»:27017/«db»?authSource=admin");
const client = new Redis({ host: "«host»", port: 6379, password: "«P»" });
const key = process.env.«KN» || "«K»";
axios.defaults.headers.common["Authorization"] = "Bearer «J»";
jwt.sign(payload, "«P»", { expiresIn: "1h" });
app.use(session({ secret: "«P»", resave: false }));
private readonly apiKey: string = '«K»';
const transporter = nodemailer.createTransport({ host: "«host»", auth: { user: "«user»", pass: "«P»" } });
fetch(url, { headers: { "x-api-key": "«Ku»" } })
const stripe = require("stripe")("«Xk:stripe-secret-key»");
let token = «bt»«Ku»«bt»;
firebase.initializeApp({ apiKey: "«Xk:google-api-key»", projectId: "«corp»-«N»" });
await page.fill("#password", "«P»");
@@ code-other
private static final String «PN» = "«P»";
    private String «kC» = "«K»";
DriverManager.getConnection("jdbc:mysql://«host»:3306/«db»", "«user»", "«P»");
props.setProperty("password", "«P»");
dataSource.setPassword("«P»");
String token = "«Xb»";
val «kC» = "«K»"
private const val «KN» = "«K»"
const «kC» = "«K»"
var «pC» string = "«P»"
	«kC» := "«K»"
	cfg := Config{Host: "«host»", User: "«user»", Password: "«P»"}
	db, err := sql.Open("postgres", "postgres://«user»:«Qu»@«host»/«db»?sslmode=require")
	req.Header.Set("Authorization", "Bearer «Ku»")
const «KN»: &str = "«K»";
let «pn» = "«P»".to_string();
#define «PN» "«P»"
#define WIFI_PASSWORD "«P»"
static const char *«kn» = "«K»";
const char* password = "«P»";
std::string «kC» = "«K»";
public const string «KP» = "«K»";
var credential = new NetworkCredential("«user»", "«P»", "«corp»");
string connStr = "Data Source=«host»;Initial Catalog=«db»;User ID=«user»;Password=«Pi»";
client.DefaultRequestHeaders.Add("X-Api-Key", "«Ku»");
$password = "«P»";
$«kC» = '«K»';
'password' => '«P»',
'«kn»' => env('«KN»', '«K»'),
$pdo = new PDO('mysql:host=«host»;dbname=«db»', '«user»', '«P»');
mysqli_connect("«host»", "«user»", "«P»", "«db»");
config.«kn» = "«K»"
  password: '«P»',
ENV['«XN»'] = '«X»'
Stripe.api_key = "«Xk:stripe-secret-key»"
my $password = '«P»';
my %opts = (user => '«user»', password => '«P»');
let «kC» = "«K»"
private let «kC»: String = "«K»"
val dbPassword: String = "«P»"
config :«svc», «Svc».Repo, username: "«user»", password: "«P»", hostname: "«host»"
  secret_key_base: "«K»",
local «kn» = "«K»"
final String «kC» = '«K»';
Sys.setenv(«XN» = "«X»")
con <- dbConnect(MySQL(), user="«user»", password="«P»", dbname="«db»")
def «kC» = "«K»"
Dim strPassword As String = "«P»"
conn.ConnectionString = "Provider=SQLOLEDB;Data Source=«host»;User ID=«user»;Password=«Pi»;"
NSString *const k«KP» = @"«K»";
resValue("string", "api_key", "«Xk:google-api-key»")
buildConfigField "String", "«KN»", "\"«K»\""
@@ powershell
$«pC» = ConvertTo-SecureString "«P»" -AsPlainText -Force
$cred = New-Object PSCredential("«corp»\«user»", (ConvertTo-SecureString '«P»' -AsPlainText -Force))
$env:«XN» = "«X»"
PS C:\Users\«user»> $env:«KN»="«K»"
net use Z: \\«sh»\share «Pu» /user:«corp»\«user»
net user «user» «Pu» /add
cmdkey /add:«sh» /user:«corp»\«user» /pass:«Pu»
setx «XN» "«X»"
set «KN»=«Ku»
sqlcmd -S «host» -U «user» -P «Pu» -Q "SELECT 1"
schtasks /create /tn Backup /tr C:\ops\backup.cmd /ru «corp»\«user» /rp «Pu»
psexec \\«sh» -u «corp»\«user» -p «Pu» cmd /c ipconfig
Process Command Line: "C:\Windows\System32\cmdkey.exe" /generic:«host» /user:«user» /pass:«Pu»
Invoke-RestMethod -Uri https://«host»/api -Headers @{ Authorization = "Bearer «Ku»" }
<Password><Value>«Pu»</Value><PlainText>true</PlainText></Password>
Set-Item Env:\«PN» -Value '«P»'
    DefaultPassword    REG_SZ    «Pi»
Connect-VIServer -Server «host» -User «user» -Password '«P»'
@@ shell
+ mysql -u «user» -p«Qu» -h «host» «db»
+ mysqldump --user=«user» --password=«Pu» «db»
+ export «PN»=«Pu»
+ export «XN»=«X»
+ curl -s -u «user»:«Qu» https://«host»/api/v1/status
+ curl -H 'Authorization: Bearer «Ku»' https://api.«dom»/v2/«svc»
+ curl -X POST -H 'X-Auth-Token: «Ku»' https://«host»/v3/projects
$ PGPASSWORD=«Pu» psql -h «host» -U «user» -d «db»
PGPASSWORD='«P»' pg_dump -h «host» -U «user» «db» > «db».sql
«user»@«sh»:~$ sshpass -p '«P»' ssh «user»@«host»
sshpass -p «Pu» scp dump.tgz «user»@«host»:/backup/
docker login -u «user» -p «Pu» registry.«dom»
echo "«Xk:github-pat»" | docker login ghcr.io -u «user» --password-stdin
redis-cli -h «host» -a «Qu» ping
redis-cli -u redis://default:«Qu»@«host»:6379/0
ldapsearch -x -H ldap://«host» -D "cn=«user»,dc=«corp»,dc=com" -w «Pu» -b "dc=«corp»,dc=com"
openssl pkcs12 -in «svc».p12 -nodes -passin pass:«Pu»
openssl enc -aes-256-cbc -salt -in dump.sql -out dump.enc -k '«P»'
htpasswd -b /etc/nginx/.htpasswd «user» «Pu»
echo '«user»:«Pi»' | chpasswd
kubectl create secret generic «svc»-db --from-literal=username=«user» --from-literal=password=«Pu»
kubectl -n «env» create secret docker-registry regcred --docker-username=«user» --docker-password=«Ku»
aws configure set aws_secret_access_key «AWSS»
helm upgrade «svc» ./chart --set auth.password=«Pu» --set replicas=«n:9»
az login --service-principal -u «uuid» -p «Ku» --tenant «uuid»
mc alias set minio https://«host» «user» «Qu»
wget --user=«user» --password=«Pu» https://«host»/dump.tar.gz
smbclient //«sh»/share -U '«corp»\«user»%«Pi»' -c ls
xfreerdp /v:«host» /u:«user» /p:«Pu» /cert:ignore
mongosh "mongodb+srv://«user»:«Qu»@cluster0.«corp».mongodb.net/«db»"
mongo --host «host» -u «user» -p «Pu» --authenticationDatabase admin
vault kv put secret/«svc» password=«Pu»
export VAULT_TOKEN=«Xk:vault-token»
  «n:900»  export «KN»=«Ku»
 «n:900»  «day» «clk» export «XN»="«X»"
gpg --batch --passphrase '«P»' -d backup.tar.gpg
ansible-playbook site.yml -e "ansible_become_pass=«Pu»"
git clone https://«user»:«Xk:github-pat»@github.com/«corp»/«svc».git
git remote set-url origin https://oauth2:«Xk:gitlab-pat»@gitlab.com/«corp»/«svc».git
root     «pid»  0.0  0.1  «N»  «N» ?   Ss   «n:23»:00   0:01 /usr/bin/«svc» --db-host=«host» --db-password=«Pu»
./bin/«svc» --listen :8080 --api-key «Ku» --verbose
java -jar «svc».jar --spring.datasource.password=«Pu» --server.port=8080
java -Djavax.net.ssl.keyStorePassword=«Pu» -jar «svc».jar
docker run -d --name db -e POSTGRES_PASSWORD=«Pu» -p 5432:5432 postgres:16
docker run --rm -e «XN»=«X» «corp»/«svc»:«ver»
mosquitto_pub -h «host» -u «user» -P «Pu» -t sensors/temp -m 21
twine upload -u __token__ -p «Xk:pypi-token» dist/*
npm config set //registry.npmjs.org/:_authToken «Xk:npm-token»
gh auth login --with-token <<< "«Xk:github-pat»"
lftp -u «user»,«Qu» sftp://«host»
read -r TOKEN <<< '«Xb»'
useradd -m «user» && echo "«user»:«Pi»" | sudo chpasswd
rsync -av --password-file=<(echo '«P»') «user»@«host»::backup /srv
@@ sql
CREATE USER '«user»'@'%' IDENTIFIED BY '«P»';
CREATE USER «user» WITH PASSWORD '«P»';
CREATE ROLE «user» LOGIN PASSWORD '«P»';
ALTER USER «user» WITH ENCRYPTED PASSWORD '«P»';
ALTER USER '«user»'@'localhost' IDENTIFIED WITH mysql_native_password BY '«P»';
ALTER LOGIN [«user»] WITH PASSWORD = N'«P»';
CREATE LOGIN «user» WITH PASSWORD = '«P»', DEFAULT_DATABASE = «db»;
GRANT ALL PRIVILEGES ON «db».* TO '«user»'@'«host»' IDENTIFIED BY '«P»';
SET PASSWORD FOR '«user»'@'%' = PASSWORD('«P»');
CHANGE MASTER TO MASTER_HOST='«host»', MASTER_USER='«user»', MASTER_PASSWORD='«P»', MASTER_LOG_FILE='bin.«N»';
CREATE USER MAPPING FOR «user» SERVER remote_«db» OPTIONS (user '«user»', password '«P»');
SELECT dblink_connect('host=«host» dbname=«db» user=«user» password=«Pu»');
INSERT INTO settings (name, value) VALUES ('smtp_password', '«P»');
INSERT INTO api_clients (client_id, client_secret) VALUES ('«svc»', '«K»');
UPDATE config SET value = '«K»' WHERE name = '«kn»';
UPDATE users SET password = '«P»' WHERE username = '«user»';
«day» «clk».«n:999» UTC [«pid»] «user»@«db» LOG:  statement: ALTER ROLE «user» PASSWORD '«P»'
«day» «clk» UTC [«pid»]: ERROR:  role "«user»" already exists STATEMENT:  CREATE ROLE «user» WITH LOGIN PASSWORD '«P»';
db.createUser({ user: "«user»", pwd: "«P»", roles: ["readWrite"] })
ALTER USER «user» SET PASSWORD = '«P»';
COPY INTO stage FROM 's3://«corp»-data/' CREDENTIALS=(AWS_KEY_ID='«Xk:aws-access-key-id»' AWS_SECRET_KEY='«AWSS»');
CREATE DATABASE LINK «db»_link CONNECT TO «user» IDENTIFIED BY "«P»" USING '«db»';
CREATE SUBSCRIPTION sub1 CONNECTION 'host=«host» port=5432 user=«user» password=«Pu» dbname=«db»' PUBLICATION pub1;
SELECT * FROM users WHERE email = '«user»@«dom»' AND password = '«P»';
EXEC sp_addlinkedsrvlogin '«sh»', 'false', NULL, '«user»', '«P»';
CREATE USER IF NOT EXISTS «user» IDENTIFIED WITH plaintext_password BY '«P»';
# Query_time: 0.0«n» INSERT INTO integrations (provider, access_token) VALUES ('«svc»', '«Xb»');
@@ xml
<password>«Pu»</password>
    <server><id>«svc»</id><username>«user»</username><password>«Pu»</password></server>
<property name="password" value="«P»"/>
<property name="hibernate.connection.password">«Pu»</property>
<bean id="dataSource"><property name="url" value="jdbc:oracle:thin:@«host»:1521:«db»"/><property name="password" value="«P»"/></bean>
<add key="«KP»" value="«K»" />
<add name="«Svc»Db" connectionString="Server=«host»;Database=«db»;User Id=«user»;Password=«Pi»;" providerName="System.Data.SqlClient" />
<wsse:Password Type="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText">«Pu»</wsse:Password>
<string name="«kn»">«Ku»</string>
<string name="google_maps_key">«Xk:google-api-key»</string>
<key>«KP»</key><string>«Ku»</string>
<Resource name="jdbc/«db»" auth="Container" username="«user»" password="«P»" url="jdbc:mysql://«host»/«db»"/>
<Connector port="8443" keystoreFile="conf/keystore.jks" keystorePass="«P»" SSLEnabled="true"/>
<user username="«user»" password="«P»" roles="manager-gui"/>
<credential user="«user»" password="«P»" host="«host»"/>
<soap:Body><Login><UserName>«user»</UserName><Password>«Pu»</Password></Login></soap:Body>
<ApiKey>«Ku»</ApiKey>
<env name="«XN»" value="«X»"/>
<com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl><username>«user»</username><password>«Pu»</password>
<param name="client_secret">«Ku»</param>
«L»request body: <auth><user>«user»</user><pwd>«Pu»</pwd></auth>
<setting name="SmtpPassword" serializeAs="String"><value>«Pu»</value></setting>
<entry key="«pd»">«Pu»</entry>
<jdbc-connection password="«P»" user="«user»"/>
@@ html
<input type="password" name="password" value="«P»">
<input type="hidden" name="api_key" value="«Ku»">
<script>var API_KEY = "«K»";</script>
<script>window.CONFIG = {"apiUrl":"https://api.«dom»","«kC»":"«K»"};</script>
<meta name="api-token" content="«Ku»">
<div id="map" data-api-key="«Xk:google-api-key»"></div>
<script src="https://maps.googleapis.com/maps/api/js?key=«Xk:google-api-key»&callback=initMap"></script>
<p>Your temporary password is <b>«Pu»</b></p>
<td>Password:</td><td>«Pu»</td>
<tr><th>«PN»</th><td><code>«Pu»</code></td></tr>
<li>Username: <code>«user»</code>, password: <code>«Pu»</code></li>
<!-- login for staging: «user» / password: «Pu» -->
<a href="https://«user»:«Qu»@«host»/admin">admin console</a>
<tr><td class="e">$_ENV['«XN»']</td><td class="v">«X»</td></tr>
<tr><td class="e">$_SERVER['«PN»']</td><td class="v">«Pu»</td></tr>
<option name="token" value="«Xb»" />
<pre>«PN»=«Pu»</pre>
<a href="https://«dom»/reset?token=«Ku»">Reset your password</a>
@@ syslog
«sys» «sh» sshd[«pid»]: debug: password for «user» is '«P»'
«sys» «sh» sudo: «user» : TTY=pts/«n:9» ; PWD=/home/«user» ; USER=root ; COMMAND=/usr/bin/mysql -uroot -p«Qu»
«sys» «sh» sudo:   «user» : TTY=pts/0 ; PWD=/root ; USER=root ; COMMAND=/usr/bin/curl -H X-Api-Key: «Ku» https://«host»/
«sys» «sh» CRON[«pid»]: (root) CMD (PGPASSWORD=«Pu» pg_dump -h «host» «db» | gzip > /backup/«db».gz)
<«n:190»>1 «iso» «sh».«dom» «svc» «pid» ID«n» [auth@32473 user="«user»" password="«P»"] login attempt
<«n:190»>1 «iso» «sh» «svc» «pid» - - connecting with «kn»=«Ku»
<134>«sys» «sh» «svc»[«pid»]: config reloaded: «pn»=«Pi»
«sys» «sh» systemd[1]: Starting «svc» with «XN»=«X»
«sys» «sh» audit[«pid»]: EXECVE argc=5 a0="mysql" a1="-u" a2="«user»" a3="--password=«Pu»" a4="«db»"
type=EXECVE msg=audit(17«dig:8».«n:999»:«N»): argc=4 a0="sshpass" a1="-p" a2="«P»" a3="ssh"
«sys» «sh» vsftpd[«pid»]: FTP command: Client "«ip»", "PASS «Pu»"
«sys» «sh» dovecot: auth-worker(«pid»): debug: sql(«user»,«ip»): given password: «Pu»
«sys» «sh» openvpn[«pid»]: MANAGEMENT: CMD 'password "Auth" "«P»"'
«sys» «sh» radiusd[«pid»]: (0) User-Password = "«P»"
«sys» «sh» radiusd[«pid»]: Login incorrect: [«user»/«Pu»] (from client ap«n» port 0)
«sys» «sh» dockerd[«pid»]: level=debug msg="env: [PATH=/usr/bin «PN»=«Pu»]"
«sys» «sh» kernel: Command line: root=/dev/sda1 ro «svc».token=«Ku» quiet
«sys» «sh» haproxy[«pid»]: «ip»:«N» fe_web be_api/«sh» 200 "GET /v1/«svc»?access_token=«Ku» HTTP/1.1"
«sys» «sh» slapd[«pid»]: bind dn="cn=«user»,dc=«corp»" credentials="«P»"
«sys» «sh» chef-client[«pid»]: INFO: template /etc/«svc».conf «pn» = "«P»"
@@ cef
CEF:0|«Corp»|«Svc»|«ver»|«n:900»|Login attempt|5|src=«ip» suser=«user» cs1Label=password cs1=«Pu»
CEF:0|«Corp»|Gateway|«ver»|100|API call|3|src=«ip» request=https://«host»/api?api_key=«Ku» requestMethod=GET
CEF:0|«Corp»|WAF|«ver»|200|Request logged|4|src=«ip» requestClientApplication=curl request=/login?user\=«user»&password\=«Pu» act=allow
LEEF:1.0|«Corp»|«Svc»|«ver»|auth|src=«ip»⇥usrName=«user»⇥password=«Pu»⇥sev=5
LEEF:2.0|«Corp»|Proxy|«ver»|req|^|src=«ip»^url=https://«host»/v1?token=«Ku»^sev=3
«sys» «sh» CEF:0|«Corp»|DLP|«ver»|77|Secret in message|8|suser=«user» msg=found «XN»\=«X» in upload
CEF:0|«Corp»|Audit|«ver»|31|Config change|6|suser=«user» cs2Label=newValue cs2=«pn»: «Pu»
date=«day» time=«clk» devname="«sh»" type="event" subtype="system" user="«user»" msg="set password «Pu» for local user"
date=«day» time=«clk» devname="«sh»" type="traffic" url="https://«host»/v2?api_key=«Ku»" action="accept"
«sys» «sh» CEF:0|«Corp»|EDR|«ver»|12|Process start|5|sproc=bash cs1Label=commandLine cs1=curl -u «user»:«Qu» https://«host»
CEF:0|Linux|auditd|3.0|EXECVE|process|2|dhost=«sh» cmd=sshpass -p «Pu» ssh «user»@«ip»
@@ prose
Hi team, the new database password is «Pp» please update your configs.
the wifi password is «Pp» and the network name is «Corp»-Guest
You can log in with username «user» and password «Pp» until Friday
I rotated the API key, the new one is «Ku» and it is already live in staging
Your temporary password: «Pp»
Login: «user» Password: «Pp»
login: «user» / password: «Pp»
user «user» pw «Pp» on «host»
pls use pw: «Pp» for the vpn, I'll change it later
Can someone check why this token fails? «Xb»
Here is the token for CI: «Xb»
The root password for «sh» was reset to "«P»" by «user».
The password for the «db» database is '«P»', valid until «day».
Use the API token «bt»«Ku»«bt» for the sandbox environment.
Our «svc» client secret is «bt»«K»«bt» (do not share).
- Password: «bt»«P»«bt»
# password for the old box: «Pp»
// FIXME hardcoded: «pC» = "«P»"
# old key: «Xb»
fix: remove hardcoded token «Xb» from «file»
[«clk»] <«user»> the admin password on «host» is «Pp»
[«clk»] «user»: my password is «Pp» can you log in and check?
«user» wrote: credentials are «user»@«dom» / «Pp» for the shared account, password as of «day»
Ticket #«N»: customer sent password "«P»" in plain text, advised to change it
Please set the passphrase to «Pp» before you mount the volume
Note: admin account password set to «Pp» during install
Generated password for user «user»: «Pp»
New password: «Pp»
A temporary password is generated for root@localhost: «Pp»
Initial admin password: «Pp»
> the bearer token I get is «J» but the API answers 401
the s3 key id is «Xk:aws-access-key-id» and the secret is «AWSS»
Post alerts to «SLK» when the job fails
export your key first (mine is «Xb») and run the script again
@@ table
| «PN» | «Pu» |
| «KN» | «K» | production |
| «bt»«XN»«bt» | «bt»«X»«bt» | set by CI |
| «svc» | «user» | password: «Pu» | «day» |
 «kn»              | «K»
 «pn»    | «Qu»
«pn»,«Qu»
«KN»,«K»,secret,«day»
"«kn»","«K»","«env»"
«PN»⇥«Qu»
«XN»⇥«X»⇥«env»
«XN»                     «X»
«PN»          «Qu»
│ «KN» │ «K» │
|  «n» | smtp_password | «Pu» |
| «n» | api_key       | «Ku» | «day» «clk» |
+ «pn»      «Qu»      (sensitive)
«svc»,«xn»,«X»,active
  «PN»:        «Pi»
@@ json-log
{"level":"info","ts":"«iso»","msg":"config loaded","«pn»":"«P»","host":"«host»"}
{"time":"«iso»","level":"DEBUG","msg":"request","headers":{"authorization":"Bearer «Ku»","user-agent":"curl/8.«n:9»"}}
{"time":"«iso»","level":"debug","headers":{"x-api-key":["«Ku»"],"accept":["*/*"]}}
{"@timestamp":"«iso»","log.level":"ERROR","message":"login failed for «user» with password '«P»'","service":"«svc»"}
{"@timestamp":"«iso»","message":"env «XN»=«X»","container":"«svc»-«hex:8»"}
{"timestamp":"«iso»","body":"{\"username\":\"«user»\",\"password\":\"«P»\"}","status":401}
{"timestamp":"«iso»","payload":"{\"grant_type\":\"client_credentials\",\"client_id\":\"«svc»\",\"client_secret\":\"«K»\"}"}
{"level":"warn","caller":"db/conn.go:«n»","msg":"retry","dsn":"postgres://«user»:«Qu»@«host»:5432/«db»"}
{"severity":"INFO","textPayload":"using token «Xb»","resource":{"type":"k8s_container"}}
{"event":"user.create","user":{"name":"«user»","email":"«user»@«dom»","password":"«P»"},"request_id":"«uuid»"}
{"access_token":"«Ku»","token_type":"Bearer","expires_in":3600}
{"access_token":"«J»","token_type":"Bearer","expires_in":«N»,"scope":"read"}
{"type":"service_account","project_id":"«corp»-«N»","private_key":"«PEM»\n","client_email":"«svc»@«corp».iam.gserviceaccount.com"}
{"AccessKeyId":"«Xk:aws-access-key-id»","SecretAccessKey":"«AWSS»","Status":"Active"}
{"Name":"«XN»","Value":"«X»"}
{"name":"«PN»","value":"«P»"}
{"auths":{"registry.«dom»":{"auth":"«BAS»"}}}
{"key":"«kn»","value":"«K»","env":"«env»"}
{"pid":«pid»,"hostname":"«sh»","msg":"incoming","req":{"method":"POST","url":"/login","body":{"user":"«user»","pass":"«P»"}}}
{"service":"«svc»","config":{"db":{"host":"«host»","password":"«P»"},"debug":true}}
{"mfa":{"user":"«user»","totp_secret":"«TOTP»"},"ts":"«iso»"}
{"log":"«PN»=«Pi»\n","stream":"stdout","time":"«iso»"}
@@ logfmt
ts=«iso» level=info msg="db connect" host=«host» user=«user» password=«Pi»
time="«iso»" level=debug msg="auth" «kn»=«Ku» attempt=«n:9»
level=error svc=«svc» err="auth failed" «pn»="«P»" dur=«ms»ms
at=info method=GET path="/callback?code=ok&access_token=«Ku»" status=200 service=«ms»ms
ts=«iso» caller=main.go:«n» «xn»=«X» env=«env»
level=warn component=ldap bind_dn="cn=«user»,dc=«corp»" bind_password="«P»"
ts=«iso» level=debug header="Authorization: Basic «BAS»"
level=info msg="rotated" old_key=«Ku» new_api_key=«Ku»
«L»login user=«user» pass=«Pi» ip=«ip»
«L»starting with «kn»=«Ku» region=«reg»
«L»using password "«P»" for user «user»
«L»Connecting to redis://:«Qu»@«host»:6379/«n:9»
«L»[debug] «pC»: «Pi», retries: 3
«L»token refreshed: «J»
«L»Loaded credentials: access_key=«Xk:aws-access-key-id», secret_key=«AWSS»
«L»auth header sent: Bearer «Ku»
«L»posting to «SLK»
«L»SMTP AUTH LOGIN user=«user»@«dom» password=«Pi»
@@ http
«ip» - - [«n:28»/Mar/2026:«clk» +0000] "GET /api/v1/«svc»?api_key=«Ku»&page=2 HTTP/1.1" 200 «N» "-" "Mozilla/5.0"
«ip» - «user» [«n:28»/Jul/2025:«clk» +0000] "POST /login?username=«user»&password=«Pu» HTTP/1.1" 302 0
«ip» - - [«n:28»/Jan/2026:«clk» +0000] "GET /reset-password?token=«Ku» HTTP/2.0" 200 «N» "https://mail.«dom»/" "Mozilla/5.0"
Authorization: Bearer «Ku»
Authorization: Basic «BAS»
Authorization: Bearer «J»
> Authorization: Basic «BAS»
> X-Api-Key: «Ku»
< Set-Cookie: access_token=«J»; Path=/; HttpOnly; Secure
Private-Token: «Xk:gitlab-pat»
X-Vault-Token: «Xk:vault-token»
Proxy-Authorization: Basic «BAS»
grant_type=password&username=«user»&password=«Pu»&scope=openid
grant_type=client_credentials&client_id=«svc»&client_secret=«Ku»
grant_type=refresh_token&refresh_token=«Ku»&client_id=«svc»
username=«user»%40«dom»&password=«Pu»&remember=1
GET https://«host»/v2/«svc»?sig=ok&access_token=«Ku» 200 «ms»ms
«L»POST /oauth/token body=client_id=«svc»&client_secret=«Ku» -> 200
curl: (22) The requested URL returned error: 401 url: https://«user»:«Qu»@«host»/api
{"name":"Authorization","value":"Bearer «Ku»"}
DEBUG:urllib3.connectionpool:https://api.«dom»:443 "GET /v1/data?apikey=«Ku» HTTP/1.1" 200 None
send: b'POST /login HTTP/1.1\r\nHost: «host»\r\nAuthorization: Basic «BAS»\r\n'
*   Server auth using Basic with user '«user»' header Authorization: Basic «BAS»
@@ repr
«L»DataSourceConfig{url='jdbc:postgresql://«host»/«db»', username='«user»', password='«P»', poolSize=«n:50»}
«L»LoginRequest(username=«user», password=«Pi», rememberMe=true)
«L»Credentials [username=«user», password=«Pi»]
«L»OAuthConfig(clientId=«svc», clientSecret=«Ku», scopes=[read])
«L»{'host': '«host»', 'user': '«user»', 'password': '«P»'}
«L»Settings(debug=False, «kn»='«K»', port=8080)
«L»Config{Host:"«host»", Port:5432, User:"«user»", Password:"«P»"}
«L»&{Host:«host» Port:«port» User:«user» Password:«Pu» TLS:true}
«L»map[host:«host» password:«Pu» user:«user»]
«L»{:host=>"«host»", :user=>"«user»", :password=>"«P»"}
Parameters: {"email"=>"«user»@«dom»", "password"=>"«P»", "commit"=>"Log in"}
  ["«pn»"]=> string(«n:30») "«P»"
    [«pn»] => «Pi»
«L»Config { host: "«host»", «kn»: "«K»", port: 8080 }
«L»Namespace(host='«host»', token='«K»', verbose=True)
«L»environ({'PATH': '/usr/bin:/bin', '«XN»': '«X»', 'HOME': '/root'})
«L»ConnectionInfo: {user: '«user»', pass: '«P»', server: '«host»'}
«L»args: ['--user', '«user»', '--password', '«P»', '--host', '«host»']
«L»Object { apiKey: "«K»", baseUrl: "https://api.«dom»" }
%{host: "«host»", password: "«P»", username: "«user»"}
@@ exception
java.sql.SQLException: Cannot connect to jdbc:mysql://«host»:3306/«db»?user=«user»&password=«Pu»
com.mongodb.MongoTimeoutException: Timed out connecting to mongodb://«user»:«Qu»@«host»:27017/«db»
sqlalchemy.exc.OperationalError: could not connect to postgresql://«user»:«Qu»@«host»/«db»
Error: connect ECONNREFUSED redis://:«Qu»@«host»:6379
PDOException: SQLSTATE[HY000] [1045] in /var/www/db.php:«n» PDO->__construct('mysql:host=«host»', '«user»', '«P»')
fatal: unable to access 'https://«user»:«Xk:github-pat»@github.com/«corp»/«svc».git/': The requested URL returned error: 403
fatal: Authentication failed for 'https://«user»:«Qu»@git.«dom»/«corp»/«svc».git/'
AMQPConnectionError: amqp://«user»:«Qu»@«host»:5672/%2F refused
Traceback: File "/srv/«svc»/client.py", line «n», in connect: login(user='«user»', password='«P»')
System.Data.SqlClient.SqlException: Cannot open database. Connection string: Server=«host»;Database=«db»;Uid=«user»;Pwd=«Pi»;
panic: dial error for dsn "«user»:«Qu»@tcp(«host»:3306)/«db»?parseTime=true"
subprocess.CalledProcessError: Command '['mysql', '-u', '«user»', '--password=«Pu»', '«db»']' returned non-zero exit status 1.
Command failed: docker login -u «user» -p «Ku» registry.«dom»
InvalidKeyError: api key '«Ku»' was rejected by «svc»
openai.AuthenticationError: Incorrect API key provided: «Xk:openai-key». You can find your API key in your account settings.
error: 401 Unauthorized - GET https://npm.«dom»/«svc» - token «Xk:npm-token» is expired
kombu.exceptions.OperationalError: redis://default:«Qu»@«host»:6379/1: connection reset
@@ ci
##[debug]«XN»=«X»
2026-0«n:9»-1«n:8»T«clk».0000000Z   «XN»: «X»
2026-0«n:9»-1«n:8»T«clk».0000000Z   «PN»: «Pi»
[Pipeline] sh + docker login -u «user» -p «Pu» registry.«dom»
$ export «KN»=«Ku»
+«PN»=«Pi»
-  «pn»: «Pi»
+    «kn»: "«K»"
+const «kC» = "«K»";
+  api_token = "«Xb»"
-    "password": "«P»",
Step «n»/20 : ENV «XN»=«X»
#«n» [stage-1 4/9] RUN echo "//registry.npmjs.org/:_authToken=«Xk:npm-token»" > .npmrc
 ---> Running in «hex:12» with build-arg «KN»=«Ku»
TASK [«svc» : set password] changed: [«sh»] => {"item": {"name": "«user»", "password": "«P»"}}
ok: [«sh»] => {"ansible_facts": {"db_password": "«P»"}}
«hex:8» (<«user»> «day» «n») «pn» = "«P»"
src/«svc»/«file»:«n»:«pn» = "«P»"
«file»:«n»:    «KN»: «K»
remote: HTTP Basic: Access denied for oauth2:«Xk:gitlab-pat»
@@ iac
variable "db_password" { default = "«P»" }
  master_password = "«P»"
  + password                 = "«P»"
  ~ secret_string            = "«K»" -> (known after apply)
provider "aws" { access_key = "«Xk:aws-access-key-id»" secret_key = "«AWSS»" region = "«reg»" }
  admin_password                  = "«P»"
      MasterUserPassword: «Pi»
        - name: «PN» value: "«P»"
          value: «X» # «XN»
    ansible_ssh_pass: «Pi»
ansible_become_password: "«P»"
«sh» ansible_host=«ip» ansible_user=«user» ansible_ssh_pass=«Pu»
stringData: { username: «user», password: "«P»" }
  adminPassword: «Pi»
  existingToken: «Xb»
                "«PN»=«P»",
      "Environment": { "Variables": { "«KN»": "«K»", "STAGE": "«env»" } }
      «XN»:  «X»
output: connection_string = "Server=tcp:«corp».database.windows.net,1433;User ID=«user»;Password=«Pi»;Encrypt=true;"
set password "«P»"
user_data = "echo «user»:«Pi» | chpasswd"
  - { name: «user», password: "«P»", groups: [wheel] }
token = "«Xk:digitalocean-pat»"
@@ network
enable password «Pu»
username «user» privilege 15 password 0 «Pu»
snmp-server user «user» ops v3 auth sha «Pu» priv aes 128 «Pu»
tacacs-server key 0 «Qu»
radius-server host «ip» key «Qu»
ip ftp password «Pu»
 neighbor «ip» password «Pu»
crypto isakmp key «Qu» address «ip»
set system login user «user» authentication plain-text-password-value "«P»"
/interface wireless security-profiles set default wpa2-pre-shared-key="«P»"
/ppp secret add name=«user» password="«P»" service=pptp
/user add name=«user» group=full password=«Pu»
set vpn ipsec site-to-site peer «ip» authentication pre-shared-secret '«P»'
config wlan security wpa akm psk set-key ascii «Pu» «n:9»
PrivateKey = «WG»
PresharedKey = «WG»
defaultUser authPassphrase «Pu»
createUser «user» SHA "«P»" AES "«P»"
        set psksecret «Pu»
        set passwd «Pu»
wpa_key_mgmt=WPA-PSK ssid="«Corp»" psk="«P»"
@@ dsn
postgresql://«user»:«Qu»@«host»:5432/«db»
DATABASE_URL=postgres://«user»:«Qu»@«host»:5432/«db»
mysql://«user»:«Pu»@«host»/«db»?charset=utf8mb4
mongodb+srv://«user»:«Qu»@cluster«n:9».«corp».mongodb.net/?retryWrites=true
amqps://«user»:«Qu»@«host»/«corp»
REDIS_URL=rediss://:«Ku»@«host»:6380/0
smtp://«user»%40«dom»:«Qu»@«host»:587
ftp://«user»:«Pu»@«host»/incoming/
jdbc:postgresql://«host»:5432/«db»?user=«user»&password=«Pu»&ssl=true
jdbc:sqlserver://«host»:1433;databaseName=«db»;user=«user»;password=«Pi»;encrypt=true
jdbc:oracle:thin:«user»/«Pu»@//«host»:1521/«db»
Server=«host»;Port=3306;Database=«db»;Uid=«user»;Pwd=«Pi»;
Driver={ODBC Driver 18 for SQL Server};Server=«host»;UID=«user»;PWD=«Pi»
DefaultEndpointsProtocol=https;AccountName=«corp»store;AccountKey=«AZK»;EndpointSuffix=core.windows.net
Endpoint=sb://«corp».servicebus.windows.net/;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=«WG»
host=«host» port=5432 dbname=«db» user=«user» password=«Pu» sslmode=require
«user»:«Qu»@tcp(«host»:3306)/«db»?parseTime=true
https://«Ku»:x@api.«dom»/v2/tickets
rabbitmq connection amqp://«user»:«Pu»@«host»:5672/«db» established
sftp://«user»:«Qu»@«host»:22/upload
`;
const NEG = String.raw`
@@ log hard:log-about-secrets
«L»Password reset requested for user «user» from «ip»
«L»Token expired for session, user=«user», redirecting to /login
«L»Invalid password for user «user» (attempt «n:9» of 5)
«L»Password changed successfully for «user»@«dom»
«L»API key rotated for client «svc», next rotation in «n:90» days
«L»token refresh failed: status=401 client=«svc»
«L»secret «svc»-db mounted at /var/run/secrets/«svc»
«L»access token: expired, refresh token: valid
«L»password: required
«L»Authorization: header missing, rejecting request from «ip»
«L»Loaded «n» API keys from database in «ms»ms
«L»credentials not found for profile default, falling back to instance role
«L»no password supplied, using peer authentication for «user»
«L»Bearer token validation failed: signature mismatch (kid not found)
«L»password_check user=«user» result=failed reason=expired
«L»api_key=missing path=/v1/«svc» status=401
«L»auth_token=expired user=«user»
«L»password=incorrect user=«user» ip=«ip»
«L»secret=not_found path=«svc»/«env»
«L»refresh_token: revoked by admin for client «svc»
«L»token cache: hits=«N» misses=«n» evictions=0
«L»Generating new secret key for cookie signing
«L»JWT secret is not set, authentication is disabled
«L»DB_PASSWORD is not set
«L»Missing required environment variable: «XN»
«L»Key «svc»:sessions evicted from cache after «n»s
«L»passphrase prompt timed out for key /home/«user»/.ssh/id_ed25519
«sys» «sh» sshd[«pid»]: Failed password for invalid user «user» from «ip» port «pid» ssh2
«sys» «sh» sshd[«pid»]: Accepted publickey for «user» from «ip» port «pid» ssh2: ED25519 SHA256:«al:43»
«sys» «sh» sshd[«pid»]: Accepted password for «user» from «ip» port «pid» ssh2
«sys» «sh» su: pam_unix(su:auth): authentication failure; logname=«user» uid=«n» euid=0 tty=pts/0
«sys» «sh» passwd[«pid»]: pam_unix(passwd:chauthtok): password changed for «user»
«sys» «sh» dovecot: imap-login: Disconnected (auth failed, «n:9» attempts in «n» secs): user=<«user»>, method=PLAIN, rip=«ip»
«sys» «sh» gpg-agent[«pid»]: no pinentry, passphrase required for key «HEX:16»
«sys» «sh» vault[«pid»]: «iso» [INFO]  expiration: revoked lease: lease_id=auth/token/create/«hex:40»
«sys» «sh» systemd[1]: Started Dispatch Password Requests to Console Directory Watch.
CEF:0|«Corp»|«Svc»|«ver»|«n:900»|Password changed|3|src=«ip» suser=«user» outcome=success
CEF:0|«Corp»|IAM|«ver»|50|Invalid API key|5|src=«ip» cs1Label=reason cs1=key_expired
CEF:0|Microsoft|Windows|10|4724|An attempt was made to reset an account's password|5|suser=«user» duser=«user» dhost=«sh»
LEEF:1.0|«Corp»|«Svc»|«ver»|tokenExpired|src=«ip»⇥usrName=«user»⇥tokenType=refresh⇥sev=2
<«n:190»>1 «iso» «sh» «svc» «pid» ID«n» [auth@32473 user="«user»" result="password_expired"] login denied
ERROR 1045 (28000): Access denied for user '«user»'@'«ip»' (using password: YES)
FATAL:  password authentication failed for user "«user»"
WARNING: Using a password on the command line interface can be insecure.
Enter passphrase for key '/home/«user»/.ssh/id_rsa':
[sudo] password for «user»:
«user»@«ip»'s password:
Permission denied (publickey,password,keyboard-interactive).
remote: Invalid username or password.
{"time":"«iso»","level":"WARN","msg":"invalid api key","client":"«svc»","ip":"«ip»"}
{"level":"info","ts":"«iso»","msg":"token issued","token_type":"Bearer","expires_in":3600,"user":"«user»"}
{"level":"error","ts":"«iso»","error":"password is too short (minimum is «n:16» characters)"}
{"event":"password_changed","user":"«user»","ip":"«ip»","at":"«iso»"}
{"level":"debug","msg":"token present","has_token":true,"token_length":«n»,"user":"«user»"}
{"error":"invalid_client","error_description":"Client authentication failed, client_secret mismatch","trace":"«hex:32»"}
level=warn msg="failed to decrypt secret" name=«svc»-tls namespace=«env» err="no key could decrypt"
@@ prose hard:prose
Remember to rotate the «svc» API key before «day».
The password must contain at least «n:16» characters, one digit and one symbol.
Passwords are hashed with bcrypt before they are stored in the «db» table.
Please do not paste tokens in this channel, use the vault instead (ticket «N»).
Ask «user» for the password of the staging environment.
I forgot my password again, can you reset it? «user»
Secrets for «svc» live in the vault under «env», see the runbook.
The key question is whether the «svc» service needs its own password at all.
To get a token, call the «svc» endpoint with your client id and secret.
Your password will expire in «n:30» days. To change it, visit https://«dom»/account/password
We never ask for your password by email or phone. The «Corp» team
The token is valid for «n:60» minutes and the refresh token for «n:30» days.
fix(«svc»): do not log the password on failed login
feat: support API key authentication in «svc» client
chore: move «svc» secrets to environment variables (#«N»)
docs: explain how to create a personal access token for «svc»
[«clk»] <«user»> password is in 1password, same place as always
[«clk»] «user»: the token you sent does not work any more
> Did you set the secret for «svc»? Yes, through the console.
# the password is read from the environment, see deploy.sh for «svc»
// token: the bearer token, read once per request by «svc»
 * @param password the password of the user, never logged («svc»)
 * @param {string} apiKey - API key for the «svc» service
    :param token: the token returned by «svc» login
- Password: ask «user»
Password: see vault entry "«svc» «env»"
Note: keys and tokens are case sensitive in «Svc» «ver»
Public key authentication is preferred to password authentication on «sh».
The secret of good «w» soup is patience, and fresh «w».
Keyboard shortcut: press the «w» key, then Enter, to open the token editor.
Q: What is my username and password? A: Both are printed on the label of the «w» router.
Ticket #«N»: user «user» cannot reset password, link says token invalid
@@ config hard:policy-settings
password_min_length = «n:32»
password.min.length=«n:32»
PASSWORD_MAX_AGE=«n:365»
PASS_MAX_DAYS   «n:365»
token_ttl: «N»
token_ttl: "«n»h"
access_token_lifetime = «N»
refresh_token_expiry_days: «n»
ACCESS_TOKEN_EXPIRE_MINUTES=«N»
jwt_expiration_ms=«N»000
    password_policy: { min_length: «n:20», require_upper: true }
"passwordPolicy": { "minimumLength": «n:20», "requireDigits": true, "maxAgeDays": «N» },
require_password = true
requirepass_enabled=false
PasswordAuthentication no
PermitRootLogin without-password
PermitEmptyPasswords no
PubkeyAuthentication yes
password_encryption = scram-sha-256
token_rotation_enabled=true
secret_rotation_days: «n:365»
secret_version: «n»
secretRefreshInterval: «n»m
api_key_rate_limit = «N»
max_tokens: «N»
max_tokens=«N» prompt_tokens=«N» completion_tokens=«N»
{"usage":{"prompt_tokens":«N»,"completion_tokens":«N»,"total_tokens":«N»},"model":"gpt-4o-mini"}
"max_new_tokens": «N», "pad_token": "<pad>", "eos_token": "</s>"
tokenizer_config: { bos_token: "<s>", unk_token: "<unk>", vocab_size: «N» }
key_size = «n:64»
encryption_key_bits: 256
keylength=2048
api_key_required: true
apiKeyRequired: false
password_history = «n:24»
password_reset_timeout=«N»
lockout_threshold=«n:9» password_lockout_minutes=«n»
auth: password
auth_type=token
authentication_method: password
credential_type = access_key
auth_token_header_present=true
keepalive_tokens=«n»
hashed_password_rounds=«n:16»
secret_scanning: enabled
SecretScanning=on level=«n:9»
CSRF_TOKEN_ENABLED=True
session_cookie_secure=True
use_auth_token=False
ask_pass = True
 ask_vault_pass = «n:1»
password_last_changed=«day»
token_issued_at=«iso»
"token_expires_at": "«iso»",
password_expires_on: «day»
secret_created: «iso»
api_key_created_by: «user»
password_changed_at: «iso» by «user»
token_count=«N» token_rate=0.«n»
num_keys=«N» key_hits=«N»
PASSWORD_ATTEMPTS_ALLOWED=«n»
minimum_password_entropy = «n»
@@ config hard:algorithms
password_hash_algorithm = argon2id # «svc»
key_algorithm: RSA-OAEP-256
token_signing_alg=RS256
jwt_algorithm = "HS512" # «svc»
password_hasher=bcrypt cost=«n:14»
secret_encryption: aes-256-gcm
SigningKeyAlgorithm = ECDSA_SHA256 # «svc»
key_type = "ssh-ed25519" # «sh»
id_token_signed_response_alg: ES256 # «svc»
token_endpoint_auth_method: client_secret_post # «svc»
"token_endpoint_auth_method": "private_key_jwt", "client_id": "«svc»"
"tokenSigningAlgorithm": "PS384", "svc": "«svc»"
HostKeyAlgorithms ssh-ed25519,rsa-sha2-512,ecdsa-sha2-nistp256
«L»negotiated key exchange: curve25519-sha256 cipher: chacha20-poly1305@openssh.com
«L»SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384, key X25519MLKEM768
password_scheme: SSHA512-CRYPT # «sh»
KeySpec: SYMMETRIC_DEFAULT  KeyUsage: ENCRYPT_DECRYPT  «day»
wpa_key_mgmt=WPA-PSK wpa_pairwise=CCMP channel=«n:13»
encryption_key_derivation = PBKDF2WithHmacSHA256 # «N» rounds
secret-store-kdf: scrypt N=«N» r=8 p=1
@@ config hard:regions
secret_region = «reg»
aws_secret_region: «reg»
"SecretsManagerRegion": "«reg»", "stage": "«env»"
KMS_KEY_REGION=«reg»
vault_key_location = europe-west«n:9»
token_service_zone: «reg»a # «svc»
secret_replication_regions = ["«reg»", "«reg»"] # «svc»
key_vault_location: westeurope # «svc»
AZURE_KEYVAULT_NAME=kv-«svc»-«env»
key_ring = "«svc»-«env»-ring"
secret_env = "«env»"
token_audience: https://api.«dom»
token_issuer = https://login.«dom»/realms/«svc»
@@ config hard:class-names
password_encoder=org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder
token.store.class = com.«corp».«svc».JdbcTokenStore
passwordHasherClass: «Corp».«Svc».Security.Pbkdf2PasswordHasher
credential_provider = com.amazonaws.auth.InstanceProfileCredentialsProvider # «svc»
fs.s3a.aws.credentials.provider=org.apache.hadoop.fs.s3a.TemporaryAWSCredentialsProvider
key.serializer=org.apache.kafka.common.serialization.StringSerializer
sasl.login.callback.handler.class=com.«corp».«svc».OAuthTokenCallbackHandler
secret_backend: «svc».vault.HashiCorpSecretBackend
AUTH_PASSWORD_VALIDATORS = [{"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"}]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]  # «svc»
token_generator = «svc».tokens.AccountActivationTokenGenerator
"secretManager": "Google.Cloud.SecretManager.V1.SecretManagerServiceClient", "app": "«svc»"
<bean id="passwordEncoder" class="com.«corp».«svc».security.PasswordEncoderImpl"/>
<authenticationTokenProcessor type="«Corp».«Svc».TokenProcessor, «Corp».«Svc»"/>
authenticator: PasswordAuthenticator
credentials_class = «Svc»CredentialsLoader
api_key_service=ApiKeyLookupService node=«sh»
    at com.«corp».«svc».security.TokenFilter.doFilter(TokenFilter.java:«N»)
    at org.springframework.security.authentication.UsernamePasswordAuthenticationToken.<init>(UsernamePasswordAuthenticationToken.java:«n»)
    at PasswordResetController.update (/app/src/controllers/password_reset.js:«n»:«n»)
  File "/srv/«svc»/auth/tokens.py", line «n», in verify_access_token
  File "/usr/lib/python3.12/site-packages/jwt/api_jwt.py", line «n», in decode_complete
goroutine «n» [running]: github.com/«corp»/«svc»/auth.(*TokenStore).Refresh(0xc000«hex:6»)
ERROR com.«corp».«svc».InvalidPasswordException: credentials rejected
/app/vendor/«corp»/«svc»/src/PasswordBroker.php:«n»
@@ config hard:references
    secretKeyRef: { name: «svc»-db, key: password }
                  name: «svc»-secrets
        secretName: «svc»-tls
existingSecret: «svc»-postgresql
    existingSecretPasswordKey: «env»-password
    passwordSecretRef: { name: «svc»-admin, key: admin-password }
imagePullSecrets: [{ name: regcred-«svc» }]
password: «$»{DB_PASSWORD} # «svc»
password=«$»{env.«SVC»_PASSWORD}
  «pn»: «$»{«SVC»_DB_PASSWORD}
«PN»=«$»«SVC»_PASSWORD
"«pC»": "«$»{env:«PN»}",
«kn» = «$»{vault:secret/data/«svc»#«kn»}
«kn» = var.«svc»_«kn»
  password = data.aws_secretsmanager_secret_version.«svc».secret_string
  master_password = random_password.«svc».result
password: "{{ vault_«svc»_password }}"
«pn»: "{{ lookup('env', '«PN»') }}"
«kn»: !vault |
«kn»: !Ref «Svc»ApiKey
MasterUserPassword: !Sub '{{resolve:secretsmanager:«svc»/«env»:SecretString:password}}'
«kn» = op://«env»/«svc»/credential
«KN»=op://infra/«svc»/api-key
db_password = ssm:/«env»/«svc»/db_password
"valueFrom": "arn:aws:ssm:«reg»:«dig:12»:parameter/«env»/«svc»/db_password"
"«kC»": "arn:aws:secretsmanager:«reg»:«dig:12»:secret:«env»/«svc»-«al:6»"
kms_key_id = arn:aws:kms:«reg»:«dig:12»:key/«uuid»
kms_master_key_id = "alias/«svc»"
token: «$»{{ secrets.GITHUB_TOKEN }} # «svc»
          NPM_TOKEN: «$»{{ secrets.«SVC»_NPM_TOKEN }}
env: «SVC»_API_KEY: «$»{{ secrets.«SVC»_API_KEY }}
password_file: /run/secrets/«svc»_db_password
POSTGRES_PASSWORD_FILE=/run/secrets/«svc»_pg_password
ssl_certificate_key /etc/nginx/tls/«dom».key;
ssl_key_file = '/etc/ssl/private/«svc».key'
private_key_path: /etc/«svc»/keys/private.pem
IdentityFile ~/.ssh/«svc»_ed25519
bearer_token_file: /var/run/secrets/kubernetes.io/serviceaccount/token # «svc»
credentials_file = /home/«user»/.config/«svc»/credentials.json
GOOGLE_APPLICATION_CREDENTIALS=/secrets/«svc»-sa.json
client_secret_path="./config/«svc»_client_secret.json"
keystore.path=/opt/«svc»/conf/keystore.p12
vault_path: secret/data/«env»/«svc»
vault kv get -field=password secret/«env»/«svc»
secret_id: projects/«corp»-«env»/secrets/«svc»-api-key/versions/latest
password_command = "pass show «svc»/«env»"
passwordeval "gpg -q -d ~/.msmtp-«svc».gpg"
@Microsoft.KeyVault(SecretUri=https://kv-«svc».vault.azure.net/secrets/db-password/)
credentialsId: '«svc»-deploy-key'
withCredentials([string(credentialsId: '«svc»-token', variable: 'TOKEN')]) {
external_secret: { store: vault-«env», remote_key: «svc»/db }
password_secret_name: «svc»-«env»-db
secret_name = "«svc»/«env»/database"
api_key_secret: «svc»-api-key
token_env_var = "«SVC»_TOKEN"
api_key_env: «SVC»_API_KEY
bearer_token_env_var = "«XN»"
"apiKeyHelper": "/usr/local/bin/«svc»-key.sh",
token_url = https://login.«dom»/oauth2/v2.0/token
password_reset_url: https://«dom»/account/reset
jwks_uri=https://«dom»/.well-known/jwks.json
secret_ref = kubernetes://«env»/«svc»-credentials/password
- {name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: «svc», key: password}}}
@@ config hard:placeholders
«PN»=changeme # «svc»
«kn»: your-api-key-here # «svc»
«KN»=<your-«svc»-key>
"«kC»": "YOUR_API_KEY", "name": "«svc»"
«XN»=xxxxxxxxxxxxxxxxxxxx # «svc»
password: "" # «svc»
«PN»=
«kn»: null # «svc»
«kn» = None  # «svc»
"«pC»": "<password>", "user": "«user»"
«pn» = REPLACE_ME # «svc»
«kn»: TODO # «svc»
token: "INSERT_TOKEN_HERE" # «svc»
postgres://«user»:<password>@«host»:5432/«db»
mongodb://«user»:«$»{MONGO_PASSWORD}@«host»:27017/«db»
mysql://USER:PASSWORD@«host»/«db»
redis://:password@localhost:6379/«n:9»
https://user:pass@example.com/«svc»
curl -H "Authorization: Bearer <token>" https://api.«dom»/«svc»
curl -H "Authorization: Bearer $TOKEN" https://api.«dom»/v1/«svc»
curl -H "X-Api-Key: YOUR_API_KEY" https://api.«dom»/v1/«svc»
curl -u username:password https://api.«dom»/v1/«svc»
docker run -e POSTGRES_PASSWORD=mysecretpassword -d postgres:«n:17»
export «XN»="<paste «svc» token here>"
export «KN»=your_secret_key
«xn» = "sk_test_your_key_here" # «svc»
GITHUB_TOKEN=ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx # «svc»
SLACK_BOT_TOKEN=xoxb-your-token-here # «svc»
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY # «svc»
AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE # «svc»
OPENAI_API_KEY=sk-... # «svc»
| «bt»«KN»«bt» | your key | required |
<input type="password" name="password" placeholder="Enter your password" id="pw-«svc»">
«L»password=none user=«user»
«L»token=undefined path=/«svc»
«L»«kn»=null client=«svc»
{"user":"«user»","password":null,"token":""}
$db['password'] = ''; // «svc»
«pC»: 'string' // «svc»
"default": { "username": "«user»", "password": "example" }
@@ log hard:masked
«L»password=******** user=«user»
«L»«kn»=[REDACTED] client=«svc»
«L»Authorization: Bearer [FILTERED] host=«host»
«L»«pn»=***** retries=«n:9»
«L»connecting to postgres://«user»:***@«host»:5432/«db»
«L»connecting to amqp://«user»:xxxxx@«host»:5672
«L»«xn»=****«al:4» env=«env»
«L»Using key ending in …«al:4» for «svc»
«L»headers={Authorization=<redacted>, X-Request-Id=«uuid»}
{"level":"debug","headers":{"authorization":"Bearer ***"},"id":"«uuid»"}
{"event":"login","user":"«user»","password":"[FILTERED]","ip":"«ip»"}
Parameters: {"email"=>"«user»@«dom»", "password"=>"[FILTERED]"}
  «XN»: ***
+ docker login -u «user» -p **** registry.«dom»
  + password                 = (sensitive value) # «svc»
  ~ master_password          = (known after apply) # «svc»
ALTER ROLE «user» PASSWORD '********'
CREATE USER '«user»'@'%' IDENTIFIED BY <secret>
"password": "••••••••", "user": "«user»"
«PN»=<hidden>
<td>«KN»</td><td>********</td>
| «KN» | ********** | «day» |
LoginRequest(username=«user», password=PROTECTED)
Credentials [username=«user», password=[PROTECTED]]
secret: **********«al:4» # «svc»
CEF:0|«Corp»|«Svc»|«ver»|«n:900»|Login|3|suser=«user» cs1Label=password cs1=********
@@ log hard:ids
«L»request_id=«uuid» trace_id=«hex:32» span_id=«hex:16»
«L»idempotency_key=«uuid» order=«N»
«L»cache_key=«svc»:user:«N»:profile hit=true
«L»partition_key=«w»-«n» sort_key=«day»
«L»object key=uploads/2026/0«n:9»/«uuid».pdf size=«N»
«L»s3 key: «svc»/exports/«day»/part-«n».parquet bytes=«N»
«L»message_id=«uuid» routing_key=«svc».created exchange=events
«L»nextToken page=«n» cursor=«b64u:24»
«L»device_id=«hex:16» app=«svc» session started
«L»job «hex:24» finished in «ms» ms, key=«svc»_nightly
«L»correlation-id: «uuid» tenant: «uuid»
«L»client_id=«uuid» grant_type=client_credentials
«L»token_id=«n» user_id=«N» revoked=false
«L»key_id=«N» key_name=«svc»-prod last_used=«day»
«L»lock acquired key=locks/«svc»/«N» owner=«sh»
«L»kafka record key=«N» partition=«n» offset=«N»
«L»primary key «N» not found in table «db»
«L»duplicate key value violates unique constraint "«db»_pkey" detail: Key (id)=(«N») already exists.
{"traceparent":"00-«hex:32»-«hex:16»-01","msg":"«svc» call"}
{"_id":"«hex:24»","type":"«svc»","createdAt":"«iso»"}
{"kid":"«b64u:20»","alg":"RS256","use":"sig","kty":"RSA"}
{"request_id":"«uuid»","api_key_id":"«N»","path":"/v1/«svc»","status":200}
{"account":"«dig:12»","arn":"arn:aws:iam::«dig:12»:role/«svc»-«env»","userId":"«user»"}
«ip» - - [«n:28»/Mar/2026:«clk» +0000] "GET /v1/«svc»/«uuid» HTTP/1.1" 200 «N» "-" "okhttp/4.«n:12».0"
«ip» - - [«n:28»/Mar/2026:«clk» +0000] "GET /assets/app.«hex:20».js HTTP/1.1" 200 «N» "-" "Mozilla/5.0"
«ip» - - [«n:28»/Mar/2026:«clk» +0000] "GET /password/new?utm_source=«w» HTTP/1.1" 200 «N»
«ip» - - [«n:28»/Mar/2026:«clk» +0000] "POST /oauth/token HTTP/1.1" 401 «n»
«ip» - - [«n:28»/Mar/2026:«clk» +0000] "GET /search?key=«w»&sort=price HTTP/1.1" 200 «N»
x-amzn-RequestId: «uuid»
x-amz-id-2: «b64:48»
cf-ray: «hex:16»-AMS
ETag: "«hex:32»"
ETag: W/"«hex:8»-«b64u:20»"
MAC=«hex:2»:«hex:2»:«hex:2»:«hex:2»:«hex:2»:«hex:2» lease for «sh»
container_id=«hex:64» image=«svc»:«ver»
pod/«svc»-«hex:10»-«hex:5» condition met
serial=«HEX:32» subject=CN=«dom»
application_id = «uuid»
AZURE_TENANT_ID=«uuid»
AZURE_SUBSCRIPTION_ID=«uuid»
analytics_property: G-«upa:10»
order_number=«upa:12» status=shipped
tracking_number: 1Z«upa:16»
@@ repo hard:digests
sha256:«hex:64»
«hex:64»  «svc»-«ver».tar.gz
«hex:32»  ./«svc»/«file»
Digest: sha256:«hex:64»
FROM node:22-alpine@sha256:«hex:64»
      "integrity": "sha512-«b64:64»",
"«w»@npm:^«ver»": resolution "https://registry.yarnpkg.com/«w»/-/«w»-«ver».tgz#«hex:40»"
checksum = "«hex:64»"
github.com/«corp»/«svc» v«ver» h1:«b64:32»
    --hash=sha256:«hex:64»
commit «hex:40»
HEAD is now at «hex:7» fix «svc» token refresh
«hex:40» refs/heads/«svc»-token-fix
index «hex:7»..«hex:7» 100644
 create mode 100644 src/«svc»/password_reset.py
Content-MD5: «b64:16»
content_hash=«hex:40» size=«N»
SHA1 Fingerprint=«HEX:2»:«HEX:2»:«HEX:2»:«HEX:2»:«HEX:2»:«HEX:2»:«HEX:2»:«HEX:2»:«HEX:2»:«HEX:2»
key fingerprint SHA256:«al:43» («sh»)
4096 SHA256:«al:43» «user»@«sh» (RSA)
The key fingerprint is: SHA256:«al:43» «user»@«sh»
gpg: using RSA key «HEX:40»
pub   rsa4096/«HEX:16» «day» [SC]
<script src="https://cdn.«dom»/«w».min.js" integrity="sha384-«b64:48»" crossorigin="anonymous"></script>
thumbprint: «HEX:40»
cert_sha256=«hex:64» not_after=«day»
public_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI«al:43» «user»@«sh»"
ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ«al:120» «user»@«sh»
PublicKey = «b64:32»
"public_key": "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A«al:64»\n-----END PUBLIC KEY-----\n"
-----BEGIN CERTIFICATE----- «svc»
docker pull registry.«dom»/«svc»@sha256:«hex:64»
layer «hex:12»: Pull complete
build_id=«hex:40» file=«svc»
Signed-off-by: «User» <«user»@«dom»> change-id I«hex:40»
md5(«svc».zip)= «hex:32»
"rev": "«hex:40»", "narHash": "sha256-«b64:32»"
@@ code hard:code
password = os.environ["«PN»"]
«kn» = os.getenv("«KN»", "")
«kn» = config.get("«svc»", "«kn»")
password = getpass.getpass("Password for «user»: ")
token = request.headers.get("Authorization", "").removeprefix("Bearer ") # «svc»
token = secrets.token_urlsafe(«n»)
token = generate_token(«svc»_user, expires=«N»)
hashed = bcrypt.hashpw(password.encode(), bcrypt.gensalt(«n:16»))
if not check_password(password, «svc».password_hash):
def reset_password(self, «svc»_id: int, new_password: str) -> None:
class «Svc»TokenSerializer(serializers.Serializer):
    password = serializers.CharField(write_only=True, min_length=«n:20»)
password = Column(String(«n:255»), nullable=False)
    «kn»: str = Field(..., env="«SVC»_«KN»")
parser.add_argument("--password", help="password for the «svc» account")
parser.add_argument("--«kk»", default=None, metavar="KEY", help="«svc»")
raise ValueError("«svc»: password must not be empty")
logger.info("token for %s expires at %s", «svc»_user, expires_at)
print(f"password for {user} on «svc» has been reset")
const «kC» = process.env.«KN»;
const { password, ...rest } = «svc»User;
const token = await getToken({ audience: «svc»Audience });
const «pC» = req.body.«pC»;
if (!token) throw new Error("«svc»: missing token");
const hash = await bcrypt.hash(password, «n:14»); // «svc»
const isValid = password.length >= «n:20» && /[0-9]/.test(password);
headers: { Authorization: «bt»Bearer «$»{«svc»Token}«bt» },
localStorage.setItem("«svc»_token", response.data.token);
import { TokenService } from "./«svc»/token.service";
export interface «Svc»Credentials { username: string; password: string; token?: string }
  password: string; // «svc»
  «kC»?: string | undefined;
type «Svc»Token = { accessToken: string; expiresIn: number };
passwordField: document.getElementById("«svc»-password"),
<Label htmlFor="password">{t("«svc».password")}</Label>
private final String password; // «svc»
private String «pC»;
public void setPassword(String password) { this.password = password; } // «svc»
String token = tokenProvider.createToken(«svc»User, true);
String «kC» = System.getenv("«KN»");
@Value("«$»{«svc».password}") private String password;
char[] password = console.readPassword("[%s]", "«svc» password:");
if (token == null || token.isExpired()) { return «svc»Unauthorized(); }
public static final String PASSWORD_PARAM = "«svc»Password";
private static final String TOKEN_HEADER = "X-«Corp»-Token";
val token = «svc»Repository.fetchToken() ?: return
password := os.Getenv("«PN»")
token, err := auth.NewToken(ctx, «svc»ID)
	Password string «bt»json:"password" yaml:"«svc»_password"«bt»
	«KP»  string «bt»env:"«KN»,required"«bt»
func (c *«Svc»Client) WithToken(token string) *«Svc»Client {
if subtle.ConstantTimeCompare([]byte(token), []byte(«svc»Token)) != 1 {
let token = std::env::var("«XN»")?;
pub struct «Svc»Credentials { pub username: String, pub password: Secret<String> }
let password = rpassword::prompt_password("«svc» password: ").unwrap();
static int check_password(const char *password, size_t len); /* «svc» */
char password[«n»]; /* «svc» */
#define «SVC»_PASSWORD_MAX_LEN «n»
#define KEY_«SVC»_TOKEN "«svc»_token"
if (strcmp(argv[«n:9»], "--password") == 0) {
std::string token = «svc»->get_token();
public string Password { get; set; } // «Svc»
[Required, DataType(DataType.Password)] public string «Svc»Password { get; set; }
var «kC» = Configuration["«Svc»:ApiKey"];
var secret = await client.GetSecretAsync("«svc»-db-password");
$password = $_POST['«svc»_password'];
$token = $request->header('X-«Corp»-Token');
'password' => env('«SVC»_DB_PASSWORD', ''),
'password' => ['required', 'string', 'min:«n:20»', 'confirmed'],
'password' => Hash::make($request->«svc»_password),
validates :password, length: { minimum: «n:20» }
password = ENV.fetch("«PN»")
config.api_key = Rails.application.credentials.«svc»[:api_key]
has_secure_token :«svc»_token
my $password = shift @ARGV; # «svc»
my $token = $cgi->param('«svc»_token');
let token = UserDefaults.standard.string(forKey: "«svc»Token")
@IBOutlet weak var «svc»PasswordField: UITextField!
$token = Get-Content -Path "C:\ops\«svc»\token.txt" -Raw
$cred = Get-Credential -UserName "«corp»\«user»" -Message "Enter password"
[Parameter(Mandatory)][SecureString]$«Svc»Password
$Password = Read-Host -AsSecureString "«Svc» password"
read -s -p "Password for «user»: " PASSWORD
if [ -z "$«KN»" ]; then echo "«KN» is required"; exit 1; fi
TOKEN=$(cat /var/run/secrets/«svc»/token)
TOKEN=$(curl -s -X PUT http://169.254.169.254/latest/api/token -H "X-aws-ec2-metadata-token-ttl-seconds: «N»")
PASSWORD="«$»{1:?usage: «svc» password}"
PGPASSWORD="$«SVC»_PASSWORD" psql -h «host» -U «user»
mysql -u «user» -p"$«PN»" «db»
mysql -u «user» -p «db»
kubectl get secret «svc»-db -o jsonpath='{.data.password}' | base64 -d
kubectl create secret generic «svc» --from-file=./«svc».key
aws secretsmanager get-secret-value --secret-id «env»/«svc» --query SecretString
openssl rand -base64 «n» > «svc».key
ssh-keygen -t ed25519 -f ~/.ssh/«svc»_key -C «user»@«sh»
docker login -u «user» --password-stdin registry.«dom»
+ password=$(vault kv get -field=password secret/«svc»)
case tokenType of TokenIdent -> parse«Svc» rest
Token(type=IDENTIFIER, value='«w»', line=«n», col=«n»)
tokens = [t for t in tokenizer.tokenize(«svc»_text) if t != "[SEP]"]
SyntaxError: Unexpected token '«w»', line «n»
Unexpected token < in JSON at position «n»
case KeyEvent.VK_ENTER: handle«Svc»(); break;
for key, value in «svc».items():
Object.keys(«svc»).forEach((key) => cache.delete(key));
keyExtractor={(item) => item.«svc»Id}
map.put("key«n»", «svc»Value);
@@ ui hard:i18n
password.label=Password (for «Svc»)
password.mismatch=The two passwords for «svc» do not match
  "forgotPassword": "Forgot your «svc» password?",
  "enterApiKey": "Enter your «Svc» API key",
  token_invalid: "Your «svc» token is invalid or has expired"
msgid "Invalid password for %s («svc»)"
<string name="«svc»_password_hint">Choose a strong password</string>
<string name="error_«svc»_token">Session token expired</string>
<key>«Svc»PasswordPrompt</key><string>Please enter your password</string>
"passwordPlaceholder": "At least «n:20» characters",
"login.secret": "Secret question for «svc»",
errors.password.too_short = must have at least «n:20» characters
  "tokenCopied": "Token copied to clipboard («svc»)",
"password": "Password", "username": "User name", "context": "«svc»"
passwordTitle: 'Change password', // «svc»
@@ html hard:html
<label for="password-«svc»">Password</label>
<input type="password" id="«svc»-password" name="password" autocomplete="current-password" required>
<input type="password" class="form-control" v-model="«svc».password" />
<a href="/password/reset?lang=en&app=«svc»">Forgot password?</a>
<button class="btn-token" data-action="regenerate-token" data-target="«svc»">Regenerate token</button>
<p>Your password must be at least «n:20» characters long and contain a «w».</p>
<th>API key</th><th>Created</th><th>Last used («svc»)</th>
.«svc»-password-input { border: 1px solid #«hex:6»; }
<option value="token">Token («svc»)</option>
<td>Password last changed</td><td>«day»</td>
<meta name="theme-color" content="#«hex:6»"> <!-- key colour of «svc» -->
<img src="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA«al:120»" alt="«svc» key">
<link rel="preload" href="/static/«svc».«hex:16».css" as="style">
<h2 id="access-token">Access tokens in «Svc» «ver»</h2>
<li><a href="#password-policy">Password policy («Corp»)</a></li>
<code>«KN»</code> is required, see <a href="/docs/«svc»">the documentation</a>
@@ xml hard:xml
<xs:element name="password" type="xs:string" minOccurs="0"/> <!-- «svc» -->
<property name="password" value="«$»{«svc».db.password}"/>
<property name="passwordAttribute" value="userPassword"/> <!-- «svc» -->
<password-policy min-length="«n:20»" max-age="«n:365»"/>
<security-constraint name="«svc»"><auth-method>BASIC</auth-method></security-constraint>
<add key="«Svc»TokenTimeout" value="«N»" />
<add key="PasswordFormat" value="Hashed" app="«svc»" />
<machineKey validation="HMACSHA256" decryption="AES" name="«svc»" />
<assemblyIdentity name="«Corp».«Svc»" publicKeyToken="«hex:16»" culture="neutral" />
<assemblyIdentity name="System.Runtime" publicKeyToken="b03f5f7f11d50a3a" version="«ver».0" />
<key-property name="«svc»Id" column="ID" type="long"/>
<token-store ref="«svc»TokenStore"/>
<server><id>«svc»</id><username>«user»</username><password>«$»{env.NEXUS_PASSWORD}</password></server>
<wsse:SecurityTokenReference wsu:Id="STR-«HEX:32»"/>
<ds:DigestValue>«b64:32»</ds:DigestValue>
<credentials-provider>«corp».«svc».FileCredentialsProvider</credentials-provider>
<secretName>«svc»-«env»-tls</secretName>
@@ sql hard:sql
CREATE TABLE «db»_users (id SERIAL PRIMARY KEY, username TEXT, password_hash TEXT NOT NULL);
ALTER TABLE «db» ADD COLUMN reset_token VARCHAR(«n:255»);
ALTER TABLE «db» ADD CONSTRAINT fk_«svc» FOREIGN KEY («svc»_id) REFERENCES «svc»(id);
CREATE UNIQUE INDEX idx_«svc»_token ON «db» (token);
SELECT id, token FROM «svc»_sessions WHERE expires_at < now();
SELECT password FROM users WHERE username = '«user»';
UPDATE «svc»_tokens SET revoked = true WHERE user_id = «N»;
UPDATE users SET password_changed_at = now() WHERE id = «N»;
DELETE FROM password_resets WHERE created_at < '«day»';
INSERT INTO settings (name, value) VALUES ('password_min_length', '«n:20»');
INSERT INTO permissions (name) VALUES ('«svc».token.create');
CREATE USER «user» WITH PASSWORD :'«svc»_password';
ALTER ROLE «user» PASSWORD NULL;
ALTER USER «user» IDENTIFIED BY '&«svc»_password';
GRANT SELECT ON «db».tokens TO «user»;
PREPARE auth_«svc» AS SELECT 1 FROM users WHERE name = $1 AND password = $2;
SHOW KEYS FROM «db» WHERE Key_name = 'PRIMARY';
LOG:  execute <unnamed>: UPDATE users SET password = $1 WHERE id = «N»
SELECT count(*) AS api_keys FROM «svc»_api_keys WHERE active;
COMMENT ON COLUMN «db».secret IS 'encrypted with the «svc» key';
@@ table hard:table
| password | string | yes | Password of the «svc» user |
| «bt»«KN»«bt» | API key for «svc» | none |
| «bt»token_ttl«bt» | integer | «N» |
| «svc» | token | active | «day» |
| secret/«svc»-tls | kubernetes.io/tls | 2 | «n»d |
«svc»-token-«hex:5»   kubernetes.io/service-account-token   3      «n»d
«svc»-db-credentials       Opaque                                2      «n»d
user,password_set,last_login,«n»
«user»,true,«day»,api_key
 password_encryption | scram-sha-256 | «n»
 api_key_id | «N» | «svc» | «day»
id,key,value_type,«svc»
«N»,«svc»_token_ttl,«N»
Password last set            «day» «clk»  # «user»
Password expires                                    : «day» («user»)
Minimum password length:                              «n:20» («sh»)
Key Name: «svc»-key   Status: Enabled   Rotation: «n:365» days
password,Password of the account,«svc»,string
  --password string     password for the «svc» registry
  --token TOKEN         access token («svc»), default from environment
  -p, --password <pass>   Password to use when connecting to «svc»
  «sh»  «user»  secret-sync  Running  «n»h
@@ schema hard:schema
  "password": { "type": "string", "format": "password", "minLength": «n:20» },
  «kC»: { type: String, required: true, maxlength: «n» }
        «kn»: { type: string, description: "«svc» credential" }
  string password = «n:20»; // «svc»
  optional string «kn» = «n:30»;
securitySchemes: { «svc»Auth: { type: apiKey, in: header, name: X-API-Key } }
      - name: api_key in: header required: true # «svc»
"required": ["username", "password", "«svc»_id"],
input «Svc»LoginInput { email: String!, password: String! }
type «Svc»AuthPayload { token: String!, user: User }
variable "«svc»_password" { type = string sensitive = true }
output "«svc»_token" { value = module.«svc».token sensitive = true }
{"field":"password","rule":"min_length","value":«n:20»,"form":"«svc»"}
{"name":"token","in":"query","required":true,"schema":{"type":"string"},"x":"«svc»"}
{"properties":{"secretName":{"type":"string","default":"«svc»-tls"}}}
{"tokenType":"Bearer","scope":"«svc».read","expiresIn":«N»}
{"grant_types":["authorization_code","refresh_token","password"],"client":"«svc»"}
- uses: actions/checkout@«hex:40» # «svc»
{"passwordStrength":"medium","score":«n:4»,"user":"«user»"}
{"keyType":"RSA","keySize":2048,"secretType":"Opaque","name":"«svc»"}
@@ template hard:templates
password: {{ .Values.«svc».password | quote }}
  {{- if .Values.«svc».existingSecret }}
«kn»: {{ required "«svc» api key" .Values.apiKey }}
value: {{ include "«svc».secretName" . }}
DB_PASSWORD=@«SVC»_DB_PASSWORD@
password=%(«svc»_password)s
password = %s # «svc»
"token": "%s", "svc": "«svc»"
Your «svc» password is: {{password}}
Dear {{ name }}, your «svc» token is {{ token }}
«kn»=<%= @«svc»_key %>
password: <%= ENV["«SVC»_PASSWORD"] %>
secret: #{«svc»_secret}
secret = "{«svc».secret}"
token: __«SVC»_TOKEN__
«pn» = {«svc»_password}
{"password":"$«svc»_password","user":"$user"}
password="$(«svc»DbPassword)" user="$(user)"
Password=%«SVC»_PASSWORD%;User=«user»
postgres://{user}:{password}@{host}:5432/{«db»}
mongodb://%s:%s@%s:27017/«db»
amqp://«$»{«SVC»_USER}:«$»{«SVC»_PASS}@«host»:5672
@@ network hard:network
service password-encryption ! «sh»
crypto key generate rsa modulus 2048 label «sh»
aaa authentication login default group tacacs+ local-«n»
ip ssh pubkey-chain ! «sh» «n»
 key chain «svc»-«n»
radius-server host «ip» auth-port 1812 acct-port 1813
«sys» «sh» pluto[«pid»]: loaded private key file '/etc/ipsec.d/private/«svc».pem'
«sys» «sh» named[«pid»]: zone «dom»/IN: key ID «n:65000» is active
«sys» «sh» wpa_supplicant[«pid»]: wlan0: WPA: Key negotiation completed with «hex:2»:«hex:2»:«hex:2»:«hex:2»:«hex:2»:«hex:2» [PTK=CCMP GTK=CCMP]
date=«day» time=«clk» devname="«sh»" logdesc="Admin login failed" reason="passwd_invalid" user="«user»"
%SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: «user»] [Source: «ip»] [Reason: Invalid login]
_dmarc.«dom». IN TXT "v=DMARC1; p=reject; rua=mailto:«user»@«dom»"
s1._domainkey.«dom». IN TXT "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQ«al:120»"
@@ dsn hard:dsn-nopw
postgresql://«host»:5432/«db»?sslmode=require
postgres://«user»@«host»/«db»
jdbc:postgresql://«host»:5432/«db»?user=«user»&ssl=true
Server=«host»;Database=«db»;Integrated Security=true;TrustServerCertificate=true
redis://«host»:6379/«n:9»
amqp://«host»:5672/«svc»
git clone git@github.com:«corp»/«svc».git
ssh://«user»@«host»:22/srv/git/«svc».git
mongodb://«host»:27017/«db»?replicaSet=rs«n:9»
ldap://«host»:389/dc=«corp»,dc=com?uid?sub
https://«dom»/oauth/authorize?response_type=code&client_id=«svc»&scope=openid
https://login.«dom»/realms/«svc»/protocol/openid-connect/token
s3://«corp»-«env»-secrets/«svc»/
https://«corp»store.blob.core.windows.net/«svc»/report-«day».csv
host=«host» port=5432 dbname=«db» user=«user» sslmode=verify-full
@@ env hard:env
PWD=/home/«user»/src/«svc»
OLDPWD=/var/lib/«svc»/releases/«dig:14»
SSH_AUTH_SOCK=/run/user/«n»/keyring/ssh
SSH_ASKPASS=/usr/libexec/openssh/gnome-ssh-askpass # «user»
GPG_TTY=/dev/pts/«n:30»
GNOME_KEYRING_CONTROL=/run/user/«N»/keyring
KEYBOARD_LAYOUT=us # «sh»
DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/«N»/bus
GIT_ASKPASS=/tmp/«svc»-askpass.sh
VAULT_ADDR=https://vault.«dom»:8200
KEYCLOAK_URL=https://login.«dom»/auth
TOKEN_CACHE_DIR=/var/cache/«svc»/tokens
SECRETS_DIR=/run/secrets/«svc»
AWS_PROFILE=«svc»-«env»
AWS_SECRETS_MANAGER_ENABLED=true # «svc»
JAVA_TOOL_OPTIONS=-Djavax.net.ssl.trustStore=/etc/ssl/«svc».jks
`;
const pos = parse(POS), neg = parse(NEG);
const out: object[] = []; const seen = new Set<string>();
let id = 0;
function make(tpls: Tpl[], want: number, positive: boolean): void {
  // rounds over the whole list in shuffled order, so that each template is used about equally
  let made = 0, dry = 0;
  while (made < want && dry < 40) {
    let got = 0;
    for (const t of shuffle([...tpls])) {
      if (made >= want) break;
      const { line, secrets, st } = expand(t.t, positive);
      if (seen.has(line)) continue;
      seen.add(line); made++; got++;
      const sid = `x${seed}-${pad(++id, 4)}`;
      if (positive) {
        const g = st.groups.every(x => x === 'words') ? 'words' : st.groups.includes('prefixed') && !st.groups.includes('generic') ? 'prefixed' : 'generic';
        out.push({ line, secrets, group: g, ctx: t.ctx, shape: st.shape, id: sid });
      } else out.push({ line, secrets: [], class: t.cls, ctx: t.ctx, shape: 'none', id: sid });
    }
    dry = got ? 0 : dry + 1;
  }
}
make(pos, WANT, true);
make(neg, WANT, false);
// own checks: spans slice to what was planted, no planted value stands in a line without secrets
for (const o of out as { line: string; secrets: Secret[] }[]) {
  for (const k of o.secrets) if (!planted.has(o.line.slice(k.start, k.end))) throw new Error('span: ' + o.line);
  if (o.secrets.length === 0) for (const v of planted) if (o.line.includes(v)) throw new Error('planted ' + v + ' in: ' + o.line);
}
shuffle(out);
process.stdout.write(out.map(o => JSON.stringify(o)).join('\n') + '\n');
