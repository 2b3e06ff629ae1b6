// gen12.ts: labelled lines "of other makings": configuration dialects, source code, shell traces, SQL, markup, syslog, prose, tables.
// usage: node gen12.ts SEED [--planted FILE] > round12.jsonl
// Output, one JSON object a line:
//   with secrets:    {"line","secrets":[{kind,start,end}],"kind","group","ctx","shape","shapes","id"}
//   without secrets: {"line","secrets":[],"class","ctx","shape","id"}
// start/end are character offsets, end past the last; only BMP characters are used, so code points and UTF-16 units agree.
// --planted writes the raw (unescaped) value of each secret beside id and index, for checking.
import { writeFileSync } from 'node:fs';

const SEED = process.argv[2] ?? '12';
const NPOS = 2400, NNEG = 2400;

// ---------------------------------------------------------------- randomness
let s0 = 0x9e3779b9, s1 = 0x243f6a88, s2 = 0xb7e15162, s3 = 1;
for (const ch of 'gen12/' + SEED) { s0 = Math.imul(s0 ^ ch.charCodeAt(0), 597399067); s1 = Math.imul(s1 ^ s0, 2869860233) ^ (s1 >>> 15); s2 = Math.imul(s2 ^ s1, 951274213) ^ (s2 >>> 13); }
function u32(): number {
  const t = (((s0 + s1) | 0) + s3) | 0; s3 = (s3 + 1) | 0;
  s0 = s1 ^ (s1 >>> 9); s1 = (s2 + (s2 << 3)) | 0; s2 = (s2 << 21) | (s2 >>> 11); s2 = (s2 + t) | 0;
  return t >>> 0;
}
for (let i = 0; i < 20; i++) u32();
const rnd = (): number => u32() / 4294967296;
const int = (a: number, b: number): number => a + Math.floor(rnd() * (b - a + 1));
const pick = <T>(a: readonly T[]): T => a[Math.floor(rnd() * a.length)] as T;
const chance = (p: number): boolean => rnd() < p;
const W = (s: string): string[] => s.trim().split(/\s+/);
const L = (s: string): string[] => s.split('\n').map((x) => x.trim()).filter(Boolean);
const LOW = 'abcdefghijklmnopqrstuvwxyz', UP = LOW.toUpperCase(), DIG = '0123456789', HEX = '0123456789abcdef';
const ALNUM = UP + LOW + DIG, B64 = ALNUM + '+/', B64U = ALNUM + '-_', B32 = UP + '234567';
const str = (alpha: string, n: number): string => { let o = ''; for (let i = 0; i < n; i++) o += alpha[Math.floor(rnd() * alpha.length)]; return o; };
// a random string that really mixes letters and digits
function mixed(alpha: string, n: number): string { for (;;) { const o = str(alpha, n); if (n < 6 || (/\d/.test(o) && /[a-z]/i.test(o))) return o; } }
const hex = (n: number): string => mixed(HEX, n);
const bytes = (n: number): Uint8Array => Uint8Array.from({ length: n }, () => u32() & 255);
const b64 = (n: number): string => Buffer.from(bytes(n)).toString('base64');
const b64u = (n: number): string => mixed(B64U.slice(0, 62), 1) + mixed(B64U, n - 2) + str(ALNUM, 1);
const uuid = (): string => { const h = str(HEX, 32); return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-${pick(['8', '9', 'a', 'b'])}${h.slice(17, 20)}-${h.slice(20)}`; };
const cap = (s: string): string => s.charAt(0).toUpperCase() + s.slice(1);
function shuffle<T>(a: T[]): T[] { for (let i = a.length - 1; i > 0; i--) { const j = int(0, i); const t = a[i] as T; a[i] = a[j] as T; a[j] = t; } return a; }
function crc32(s: string): number { let c = ~0; for (const ch of s) { c ^= ch.charCodeAt(0); for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1; } return (~c) >>> 0; }
function base62(n: number, w: number): string { const A = DIG + UP + LOW; let o = ''; while (n > 0) { o = A[n % 62] + o; n = Math.floor(n / 62); } return o.padStart(w, '0'); }

// ---------------------------------------------------------------- marking
type Val = { raw: string; kind: string; shape: string; group: string };
type Esc = (s: string) => string;
let planted: Val[] = [];
const OPEN = 0xe100, CLOSE = '\ue001';
const same: Esc = (s) => s;
const jsonE: Esc = (s) => JSON.stringify(s).slice(1, -1);
const xmlE: Esc = (s) => s.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
const sqlE: Esc = (s) => s.replace(/'/g, "''");
const bsE: Esc = (s) => s.replace(/\\/g, '\\\\').replace(/'/g, "\\'");
const dqE: Esc = (s) => s.replace(/\\/g, '\\\\').replace(/"/g, '\\"');
const shD: Esc = (s) => s.replace(/[\\"$`]/g, '\\$&');
const shS: Esc = (s) => s.replace(/'/g, `'\\''`);
const pctE: Esc = (s) => s.replace(/[^A-Za-z0-9_.~-]/g, (c) => encodeURIComponent(c).replace(/[!'()*]/g, (x) => '%' + x.charCodeAt(0).toString(16).toUpperCase()));
const csvE: Esc = (s) => s.replace(/"/g, '""');
function mark(v: Val, esc: Esc = same): string { planted.push(v); return String.fromCharCode(OPEN + planted.length - 1) + esc(v.raw) + CLOSE; }

// ---------------------------------------------------------------- secret values
const NOUNS = W(`sunflower dragonfly butterfly chocolate pumpkin panther falcon thunder volcano giraffe mustang phoenix pineapple strawberry
 penguin dolphin tornado blizzard cinnamon marigold hurricane gorilla octopus lobster walnut cherry mango banana tiger lion wolf raven eagle
 sparrow magnolia lavender jasmine orchid tulip daisy maple willow cedar juniper saffron paprika vanilla nutmeg pretzel waffle muffin biscuit
 pancake noodle dumpling meatball burrito taco avocado broccoli cucumber radish turnip parsnip galaxy comet meteor nebula saturn jupiter
 neptune mercury bicycle tractor caravan sailboat kayak canoe lantern candle blanket pillow umbrella trumpet violin accordion clarinet banjo
 guitar castle fortress windmill lighthouse cottage meadow canyon glacier lagoon waterfall rainbow snowflake avalanche midnight twilight
 liverpool arsenal chelsea barcelona yankees lakers cowboys princess superman batman pikachu gandalf frodo sherlock watson einstein`);
const ADJS = W(`purple crimson golden silver velvet hidden frozen gentle clever sleepy hungry brave lonely rusty dusty cosmic lucky shiny
 quiet rapid mighty jolly fuzzy crispy salty bitter tiny giant ancient foggy windy sunny`);
const VERBS = W('jumps sings dances sleeps wanders whistles paints climbs swims juggles gallops hums');
const DE = W('sommer winter herbst fruehling katze hund schule garten berlin hamburg muenchen kaffee urlaub fussball apfelbaum');
const FR = W('soleil fromage papillon bordeaux marseille chaton printemps lavande croissant bretagne');
const ES = W('mariposa sevilla naranja guitarra verano chocolate estrella caballo gaviota playa');

const SPQ = '!@#$%^&*()-_=+[]{};:,.<>/?|~';
const SPB = '!@%^*+-_=.~';
function safeEnd(s: string): boolean { return /[A-Za-z0-9!*+=~^%@#$]$/.test(s) && /^[A-Za-z0-9]/.test(s); }
function human(bare: boolean): Val {
  const sp = bare ? SPB : SPQ; let raw = '', shape = 'human';
  for (let t = 0; ; t++) {
    const w = pick(chance(0.75) ? NOUNS : chance(0.5) ? DE : chance(0.5) ? FR : ES);
    switch (int(0, 6)) {
      case 0: raw = cap(w) + pick([String(int(1960, 2026)), String(int(10, 9999))]) + pick(['!', '!!', '@', '*', '#', '$', '.', '%']); shape = 'human-word'; break;
      case 1: raw = cap(w).replace(/a/, '4').replace(/e/, '3').replace(/o/g, '0').replace(/i/, '1') + pick([...sp]) + int(1, 999); shape = 'human-leet'; break;
      case 2: raw = mixed(ALNUM, int(3, 7)) + pick([...sp]) + mixed(ALNUM, int(2, 6)) + pick([...sp]) + str(ALNUM, int(1, 3)); shape = 'human-random'; break;
      case 3: { const c = 'bcdfghjklmnprstvwz', v = 'aeiou'; raw = cap(Array.from({ length: int(3, 5) }, () => str(c, 1) + str(v, 1)).join('')) + pick([...sp]) + int(10, 999); shape = 'human-pronounce'; break; }
      case 4: raw = pick(ADJS).slice(0, 6) + cap(w) + int(1, 99) + pick(['!', '?', '#', '*', '+', '$']); shape = 'human-word'; break;
      case 5: raw = mixed(ALNUM + sp + sp, int(9, 18)); shape = 'human-random'; break;
      default: raw = w + '_' + cap(pick(NOUNS)) + int(1, 99); shape = 'human-word'; break;
    }
    if (!bare && chance(0.06)) raw = raw.slice(0, 4) + pick(['"', "'", '\\', '&', '<']) + raw.slice(4);
    if (bare && /[^A-Za-z0-9!@%^*+\-_=.~]/.test(raw)) continue;
    if (raw.length >= 8 && raw.length <= 20 && safeEnd(raw) && /[A-Za-z]/.test(raw) && /\d/.test(raw) && !/%[0-9A-Fa-f]{2}|\.\.|https?:/.test(raw) && !/[<{\[(].*[>}\])]/.test(raw) && !/\$[A-Za-z_{(]|[%@#]\w+[%@#]/.test(raw)) break;
    if (t > 500) throw new Error('human');
  }
  return { raw, kind: 'generic-password', shape, group: 'generic' };
}
function phrase(spaces: boolean): Val {
  const n = int(4, 6); const ws = Array.from({ length: n }, (_x, i) => pick(i % 2 ? NOUNS : ADJS));
  if (chance(0.4)) ws[int(1, n - 2)] = pick(VERBS);
  const sep = spaces && chance(0.6) ? ' ' : pick(['-', '-', '.', '_']);
  let digits = false;
  if (chance(0.5)) { ws[int(0, n - 1)] += String(int(1, 99)); digits = true; }
  let raw = ws.join(sep); if (chance(0.3)) raw = ws.map(cap).join(sep);
  return { raw, kind: 'generic-passphrase', shape: digits ? 'passphrase' : 'passphrase-plain', group: 'generic' };
}
function words(): Val {
  const a = pick(chance(0.8) ? NOUNS : chance(0.5) ? DE : ES), b = pick(NOUNS), c = pick(ADJS);
  const raw = pick([a, a, cap(a), a + b, c + a, cap(c) + cap(a), c + cap(a), `${c}-${a}`, a.toUpperCase(), c + a + b]);
  return raw.length < 6 ? words() : { raw, kind: 'generic-password-words', shape: 'words', group: 'words' };
}
const T = (raw: string, shape: string, kind = 'generic-token'): Val => ({ raw, kind, shape, group: 'generic' });
function token(): Val {
  switch (int(0, 15)) {
    case 0: case 1: return T(hex(32), 'hex32', 'generic-api-key-hex');
    case 2: return T(hex(40), 'hex40', 'generic-api-key-hex');
    case 3: return T(hex(64), 'hex64', 'generic-api-key-hex');
    case 4: { const n = pick([18, 24, 32, 32, 48, 64]); return T(b64(n), 'base64-' + (Math.ceil(n / 3) * 4)); }
    case 5: { const n = pick([16, 20, 32, 64]); return T(b64(n), 'base64-' + (Math.ceil(n / 3) * 4)); }
    case 6: case 7: { const n = pick([22, 27, 32, 43, 43, 64, 86]); return T(b64u(n), 'base64url-' + n); }
    case 8: { const n = int(16, 24); return T(mixed(ALNUM, n), 'alnum-16-24'); }
    case 9: case 10: { const n = int(25, 48); return T(mixed(ALNUM, n), 'alnum-25-48'); }
    case 11: { const n = int(49, 64); return T(mixed(ALNUM, n), 'alnum-49-64'); }
    case 12: { const n = int(20, 40); return T(mixed(LOW + DIG, n), 'lower-alnum'); }
    case 13: { const n = int(20, 32); return T(mixed(UP + DIG, n), 'upper-alnum'); }
    case 14: { const n = pick([26, 32, 52]); return T(mixed(B32, n), 'base32'); }
    default: return T(hex(pick([24, 48, 96, 128])).toUpperCase(), 'HEX');
  }
}
const uuidKey = (): Val => T(uuid(), 'uuid', 'generic-api-key-uuid');
const licence = (): Val => T(Array.from({ length: int(4, 6) }, () => mixed(UP + DIG, 5)).join('-'), 'licence-groups', 'generic-license-key');

type Prov = { kind: string; names: string[]; gen: () => string };
const P = (kind: string, names: string, gen: () => string): Prov => ({ kind, names: W(names), gen });
const jwt = (): string => {
  const e = (o: unknown): string => Buffer.from(JSON.stringify(o)).toString('base64url');
  const now = int(1700000000, 1790000000);
  return e(pick([{ alg: 'HS256', typ: 'JWT' }, { alg: 'RS256', typ: 'JWT', kid: hex(8) }, { typ: 'JWT', alg: 'HS512' }])) + '.' + e({ sub: String(int(1000, 999999)), iss: pick(['auth', 'https://id.acme.io', 'gateway']), iat: now, exp: now + 3600, ...(chance(0.5) ? { scope: 'read write' } : {}) }) + '.' + b64u(43);
};
const pemLine = (nl: string): string => {
  const t = pick(['RSA PRIVATE KEY', 'PRIVATE KEY', 'EC PRIVATE KEY', 'OPENSSH PRIVATE KEY']);
  const head = t === 'PRIVATE KEY' ? 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC' : t === 'RSA PRIVATE KEY' ? 'MIIEpAIBAAKCAQEA' : t === 'EC PRIVATE KEY' ? 'MHcCAQEEI' : 'b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAAB';
  const n = t === 'EC PRIVATE KEY' ? 150 : int(3, 8) * 64; let body = head + str(B64, n); const ls: string[] = [];
  while (body.length) { ls.push(body.slice(0, 64)); body = body.slice(64); }
  return [`-----BEGIN ${t}-----`, ...ls, `-----END ${t}-----`].join(nl);
};
const ghTok = (p: string): string => { const r = mixed(ALNUM, 30); return p + r + base62(crc32(r), 6); };
const PROVS: Prov[] = [
  P('aws-access-key-id', 'AWS_ACCESS_KEY_ID aws_access_key_id', () => pick(['AKIA', 'AKIA', 'ASIA']) + mixed(B32, 16)),
  P('aws-secret-access-key', 'AWS_SECRET_ACCESS_KEY aws_secret_access_key secretAccessKey', () => mixed(B64, 40)),
  P('gcp-api-key', 'GOOGLE_API_KEY google_maps_key MAPS_API_KEY', () => 'AIza' + b64u(35)),
  P('gcp-oauth-secret', 'GOOGLE_CLIENT_SECRET client_secret', () => 'GOCSPX-' + b64u(28)),
  P('azure-storage-key', 'AZURE_STORAGE_KEY accountKey', () => b64(64)),
  P('azure-client-secret', 'AZURE_CLIENT_SECRET ARM_CLIENT_SECRET clientSecret', () => mixed(ALNUM, 3) + '8Q~' + b64u(34)),
  P('github-token', 'GITHUB_TOKEN GH_TOKEN github_token', () => ghTok(pick(['ghp_', 'ghp_', 'gho_', 'ghs_']))),
  P('github-fine-grained-pat', 'GITHUB_PAT GH_PAT githubToken', () => 'github_pat_' + mixed(ALNUM, 22) + '_' + mixed(ALNUM, 59)),
  P('gitlab-token', 'GITLAB_TOKEN CI_DEPLOY_TOKEN gitlab_pat', () => pick(['glpat-', 'glpat-', 'gldt-', 'glrt-']) + b64u(20)),
  P('slack-bot-token', 'SLACK_BOT_TOKEN SLACK_TOKEN slackToken', () => `xoxb-${int(10 ** 11, 10 ** 12)}-${int(10 ** 11, 10 ** 12)}-${mixed(ALNUM, 24)}`),
  P('slack-app-token', 'SLACK_APP_TOKEN', () => `xapp-1-A${mixed(UP + DIG, 10)}-${int(10 ** 12, 10 ** 13 - 1)}-${hex(64)}`),
  P('stripe-secret-key', 'STRIPE_SECRET_KEY STRIPE_API_KEY stripeKey', () => pick(['sk_live_', 'rk_live_']) + mixed(ALNUM, pick([24, 99]))),
  P('stripe-webhook-secret', 'STRIPE_WEBHOOK_SECRET webhook_secret', () => 'whsec_' + mixed(ALNUM, 32)),
  P('npm-token', 'NPM_TOKEN NODE_AUTH_TOKEN', () => ghTok('npm_')),
  P('pypi-token', 'PYPI_TOKEN TWINE_PASSWORD', () => 'pypi-AgEIcHlwaS5vcmc' + b64u(int(130, 160))),
  P('twilio-auth-token', 'TWILIO_AUTH_TOKEN twilio_auth_token', () => hex(32)),
  P('sendgrid-key', 'SENDGRID_API_KEY sendgridKey', () => 'SG.' + b64u(22) + '.' + b64u(43)),
  P('mailgun-key', 'MAILGUN_API_KEY', () => 'key-' + hex(32)),
  P('mailchimp-key', 'MAILCHIMP_API_KEY', () => hex(32) + '-us' + int(1, 21)),
  P('openai-key', 'OPENAI_API_KEY openai_key', () => 'sk-proj-' + b64u(74) + 'T3BlbkFJ' + b64u(74)),
  P('anthropic-key', 'ANTHROPIC_API_KEY', () => 'sk-ant-api03-' + b64u(93) + 'AA'),
  P('huggingface-token', 'HF_TOKEN HUGGING_FACE_HUB_TOKEN', () => 'hf_' + str(UP + LOW, 34)),
  P('digitalocean-token', 'DIGITALOCEAN_TOKEN DO_PAT', () => 'dop_v1_' + hex(64)),
  P('shopify-token', 'SHOPIFY_ACCESS_TOKEN', () => 'shpat_' + hex(32)),
  P('telegram-bot-token', 'TELEGRAM_BOT_TOKEN TG_TOKEN', () => `${int(10 ** 8, 10 ** 10 - 1)}:AA${b64u(33)}`),
  P('linear-key', 'LINEAR_API_KEY', () => 'lin_api_' + mixed(ALNUM, 40)),
  P('notion-token', 'NOTION_TOKEN', () => 'ntn_' + int(10 ** 10, 10 ** 11 - 1) + mixed(ALNUM, 35)),
  P('postman-key', 'POSTMAN_API_KEY', () => 'PMAK-' + hex(24) + '-' + hex(34)),
  P('newrelic-key', 'NEW_RELIC_API_KEY', () => 'NRAK-' + mixed(UP + DIG, 27)),
  P('grafana-token', 'GRAFANA_TOKEN GF_SA_TOKEN', () => 'glsa_' + mixed(ALNUM, 32) + '_' + hex(8)),
  P('databricks-token', 'DATABRICKS_TOKEN', () => 'dapi' + hex(32)),
  P('vault-token', 'VAULT_TOKEN', () => 'hvs.' + b64u(pick([24, 95]))),
  P('terraform-cloud-token', 'TFE_TOKEN TF_API_TOKEN', () => mixed(ALNUM, 14) + '.atlasv1.' + b64u(67)),
  P('doppler-token', 'DOPPLER_TOKEN', () => 'dp.pt.' + mixed(ALNUM, 43)),
  P('docker-pat', 'DOCKER_PASSWORD DOCKERHUB_TOKEN', () => 'dckr_pat_' + b64u(27)),
  P('rubygems-key', 'GEM_HOST_API_KEY', () => 'rubygems_' + hex(48)),
  P('atlassian-token', 'JIRA_API_TOKEN CONFLUENCE_TOKEN', () => 'ATATT3xFfGF0' + b64u(171) + '=' + hex(8).toUpperCase()),
  P('square-token', 'SQUARE_ACCESS_TOKEN', () => 'EAAA' + b64u(60)),
  P('airtable-pat', 'AIRTABLE_TOKEN', () => 'pat' + mixed(ALNUM, 14) + '.' + hex(64)),
  P('pulumi-token', 'PULUMI_ACCESS_TOKEN', () => 'pul-' + hex(40)),
  P('sentry-token', 'SENTRY_AUTH_TOKEN', () => 'sntryu_' + hex(64)),
  P('datadog-key', 'DD_API_KEY DATADOG_API_KEY', () => hex(32)),
  P('planetscale-token', 'PLANETSCALE_SERVICE_TOKEN', () => 'pscale_tkn_' + b64u(43)),
  P('figma-token', 'FIGMA_TOKEN', () => 'figd_' + b64u(40)),
  P('age-secret-key', 'SOPS_AGE_KEY AGE_KEY', () => 'AGE-SECRET-KEY-1' + str('QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L', 58)),
  P('jwt', 'ACCESS_TOKEN id_token JWT authToken serviceToken', jwt),
  P('telegram-bot-token', 'bot_token', () => `${int(10 ** 8, 10 ** 10 - 1)}:AA${b64u(33)}`),
];
const prov = (): { v: Val; names: string[] } => { const p = pick(PROVS); return { v: { raw: p.gen(), kind: p.kind, shape: 'provider', group: p.kind === 'twilio-auth-token' || p.kind === 'datadog-key' ? 'generic' : 'prefixed' }, names: p.names }; };
const provOf = (kind: string): Val => { const p = PROVS.find((x) => x.kind === kind) as Prov; return { raw: p.gen(), kind, shape: 'provider', group: 'prefixed' }; };

// ---------------------------------------------------------------- names
const PWN: string[][] = L(`password
passwd
pwd
pass
passphrase
db password
user password
admin password
root password
smtp pass
redis pwd
keystore password
truststore password
ldap bind password
mail passwd
ftp pw
login password
master password
sudo pass
service account password
key passphrase
wifi passphrase
rcon password
spring datasource password
basic auth password
ssl key password
proxy password
passwort
kennwort
db passwort
mot de passe
mdp
mdp smtp
contrasena
contraseña
clave acceso
senha
senha banco
palavra passe`).map(W);
const TKN: string[][] = L(`api key
apikey
api token
access token
auth token
secret
secret key
client secret
app secret
signing key
signing secret
webhook secret
encryption key
private key
shared secret
session secret
cookie secret
jwt secret
hmac key
hmac secret
master key
refresh token
bearer token
access key
auth secret
service token
deploy token
bot token
registry token
api secret
consumer secret
license key
hash salt
auth salt
credential
api auth
rest api key
oauth client secret
internal auth token
token
enc key
acc tok
apik
clnt secret
geheimnis
api schluessel
cle api
cle secrete
clave api
chave api
token acceso
jeton acces`).map(W);
const PREF = W('prod staging stg dev uat acme billing orders payments smtp redis pg mysql kafka grafana jira nexus sonar internal partner legacy erp crm warehouse reporting eu1 my');
const SUFF = W('prod v2 new live primary backup 2 eu main');
const STY: Record<string, (w: string[]) => string> = {
  snake: (w) => w.join('_'), kebab: (w) => w.join('-'), dot: (w) => w.join('.'), flat: (w) => w.join(''),
  camel: (w) => w.map((x, i) => (i ? cap(x) : x)).join(''), Pascal: (w) => w.map(cap).join(''),
  SCREAM: (w) => w.join('_').toUpperCase(), space: (w) => w.join(' '), Title: (w) => w.map(cap).join(' '),
};
const styled = (w: string[], styles: string): string => (STY[pick(W(styles))] as (w: string[]) => string)(w);
function deco(w: string[]): string[] { let o = w; if (chance(0.35)) o = [pick(PREF), ...o]; if (chance(0.1)) o = [...o, pick(SUFF)]; return o; }
const ascii = (s: string): boolean => /^[\x20-\x7e]*$/.test(s);
type Sec = { name: string; v: Val };
// a named secret; what kind of value goes with what kind of name
function secret(styles: string, bare: boolean, sp: boolean, allowWords = true): Sec {
  for (;;) {
    const r = rnd();
    if (r < 0.24) { const p = prov(); const nm = chance(0.75) ? (/SCREAM/.test(styles) || chance(0.4) ? pick(p.names) : styled(pick(p.names).replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase().split('_'), styles)) : styled(deco(pick([['token'], ['secret'], ['api', 'key'], ['credential']])), styles);
      if ((p.v.group === 'generic' || /^(aws-secret|azure-storage)/.test(p.v.kind)) && !p.names.some((n) => n.replace(/_/g, '').toLowerCase() === nm.replace(/[^A-Za-z0-9]/g, '').toLowerCase())) continue;
      return { name: nm, v: p.v }; }
    if (r < 0.62) { const w = pick(TKN); const nm = w.join(' '); let v = token();
      if (nm === 'license key') v = chance(0.6) ? licence() : v;
      else if (/api|apik/.test(nm) && chance(0.2)) v = uuidKey();
      if (/private key/.test(nm) && !/hex64|base64-|base64url/.test(v.shape)) continue;
      if (/salt/.test(nm) && v.raw.length > 64) continue;
      return { name: styled(deco(w), styles), v }; }
    const w = pick(PWN); const name = styled(deco(w), styles);
    if (r < 0.84) return { name, v: human(bare) };
    if (r < 0.9) { const v = phrase(sp); return { name, v }; }
    if (r < 0.95) return { name, v: { ...pick([token, token, (): Val => T(mixed(ALNUM, int(12, 20)), 'alnum-12-20')])() } };
    if (allowWords) return { name, v: words() };
  }
}

// ---------------------------------------------------------------- benign pieces
const APPS = W('checkout billing ledger orders catalog gateway mailer scheduler search inventory payments profile shipping frontend worker reports');
const HOSTS = W('db01.internal pg-primary.prod.svc mysql-3.corp.local 10.20.4.17 redis-master cache.eu-west-1.internal mq.acme.io smtp.acme.io ldap.corp.example 192.168.14.8 localhost api.partner.example');
const USERS = W('app svc_orders deploy jenkins root admin reporting etl alice bob carol m.meier jdupont backup ledger_rw sa postgres');
const REG = W('eu-west-1 us-east-1 eu-central-1 ap-southeast-2 us-west-2 sa-east-1 westeurope europe-west4');
const pad = (n: number): string => String(n).padStart(2, '0');
const isoTs = (): string => `202${int(4, 6)}-${pad(int(1, 12))}-${pad(int(1, 28))}T${pad(int(0, 23))}:${pad(int(0, 59))}:${pad(int(0, 59))}${pick(['Z', '.' + int(100, 999) + 'Z', '+02:00'])}`;
const sqlTs = (): string => `202${int(4, 6)}-${pad(int(1, 12))}-${pad(int(1, 28))} ${pad(int(0, 23))}:${pad(int(0, 59))}:${pad(int(0, 59))}`;
const MON = W('Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec');
const sysTs = (): string => `${pick(MON)} ${String(int(1, 28)).padStart(2, ' ')} ${pad(int(0, 23))}:${pad(int(0, 59))}:${pad(int(0, 59))}`;
const ip = (): string => `${int(10, 203)}.${int(0, 255)}.${int(0, 255)}.${int(1, 254)}`;
const mail = (): string => pick(W('anna tom support ops j.silva marie.dubois noreply k.schmidt devops')) + '@' + pick(W('acme.io example.com corp.example mailer.example shop.example'));
function neighbour(): { name: string[]; raw: string; lit: boolean } {
  const q = (name: string, raw: string, lit = false): { name: string[]; raw: string; lit: boolean } => ({ name: W(name), raw, lit });
  return pick([
    () => q('user', pick(USERS)), () => q('db user', pick(USERS)), () => q('host', pick(HOSTS)), () => q('port', String(pick([5432, 3306, 6379, 8080, 443, 5672])), true),
    () => q('region', pick(REG)), () => q('timeout', String(int(1, 60)), true), () => q('env', pick(W('prod staging dev'))), () => q('enabled', pick(['true', 'false']), true),
    () => q('request id', uuid()), () => q('version', `${int(0, 9)}.${int(0, 30)}.${int(0, 20)}`), () => q('service', pick(APPS)), () => q('database', pick(APPS)),
    () => q('retries', String(int(0, 9)), true), () => q('trace id', hex(32)), () => q('log level', pick(W('info debug warn'))), () => q('email', mail()), () => q('commit', hex(40)),
    () => q('endpoint', `https://${pick(APPS)}.acme.io/v${int(1, 3)}`), () => q('pool size', String(int(2, 64)), true), () => q('tls', 'true', true), () => q('account id', String(int(10 ** 11, 10 ** 12 - 1))),
  ])();
}
// a value in a secret-named (or nearly so) place that is no secret
type Ben = { name: string[]; raw: string; cls: string; lit?: boolean };
const VARN = (): string => styled(deco(pick(chance(0.5) ? PWN.slice(0, 24) : TKN.slice(0, 40))), 'SCREAM');
function benign(fam: string): Ben {
  const nm = (): string[] => deco(pick(chance(0.5) ? PWN : TKN));
  const b = (name: string[] | string, raw: string, cls: string, lit = false): Ben => ({ name: typeof name === 'string' ? W(name) : name, raw, cls, lit });
  const app = pick(APPS);
  const kinds: (() => Ben)[] = [
    () => b(nm(), pick([() => '${' + VARN() + '}', () => '${' + VARN() + ':-}', () => '$' + VARN(), () => '$(cat /run/secrets/' + app + '_password)', () => '${env:' + VARN() + '}', () => '%' + VARN() + '%', () => '%env(' + VARN() + ')%', () => '${{ secrets.' + VARN() + ' }}'])(), 'reference'),
    () => b(nm(), pick([() => `{{ .Values.${app}.password }}`, () => `{{ ${app}_db_password }}`, () => `{{ vault_${app}_token }}`, () => `<%= ENV["${VARN()}"] %>`, () => `#{${app}.secret}#`, () => `{{ lookup('env', '${VARN()}') }}`, () => `@@${VARN()}@@`, () => '${' + app + '.token}', () => '{{ secret "' + app + '/api" }}'])(), 'template'),
    () => b(nm(), pick([() => `vault:secret/data/${app}#password`, () => `op://Production/${app}-db/password`, () => `ssm:/prod/${app}/db/password`, () => `/prod/${app}/api_key`, () => `arn:aws:secretsmanager:${pick(REG)}:${int(10 ** 11, 10 ** 12 - 1)}:secret:${app}/db-${mixed(ALNUM, 6)}`, () => `projects/${app}-prod/secrets/api-token/versions/latest`, () => `@Microsoft.KeyVault(SecretUri=https://${app}-kv.vault.azure.net/secrets/db-password/)`, () => `ref+vault://secret/${app}#/token`, () => `sm://${app}-prod/jwt-signing-key`, () => `aws-ssm:///${app}/token?region=${pick(REG)}`, () => `keyring:${app}/deploy`, () => `env:${VARN()}`])(), 'store-ref'),
    () => { const [n, v] = pick([['password file', [`/run/secrets/${app}_db`, `/etc/${app}/db.pass`]], ['key file', [`/etc/ssl/private/${app}.key`, `./certs/${app}-key.pem`]], ['private key path', [`C:\\ProgramData\\${cap(app)}\\keys\\signing.pem`, `classpath:keys/${app}.pkcs8`, `/home/${app}/.ssh/id_ed25519`]], ['token file', [`/var/run/secrets/kubernetes.io/serviceaccount/token`, `file:///etc/${app}/token`]], ['secrets dir', ['/run/secrets', `/mnt/secrets-store/${app}`]], ['ssl key', [`/etc/ssl/private/${app}.key`]], ['credentials file', [`~/.config/${app}/credentials.json`, `/secrets/${app}/sa.json`]], ['api key file', [`/etc/${app}/api.key`]], ['auth file', [`/var/lib/${app}/auth.json`, '/etc/nginx/.htpasswd']], ['keystore', [`/opt/${app}/conf/keystore.p12`]], ['signing key path', [`/etc/${app}/keys/signing-2026.pem`]], ['passphrase file', [`/root/.${app}-pp`]], ['private key', [`/etc/ssl/private/${app}.key`, `./certs/${app}-key.pem`, '~/.ssh/deploy_key']]] as [string, string[]][]); return b(n, pick(v), 'path'); },
    () => { const [n, v] = pick([['password encoder', 'bcrypt argon2id pbkdf2_sha256 scrypt'], ['token alg', 'RS256 HS512 ES384 PS256'], ['jwt alg', 'HS256 RS256 EdDSA'], ['signing algorithm', 'RS256 hmac-sha256 SHA256withRSA Ed25519'], ['key type', 'RSA ed25519 EC secp256r1 AES'], ['auth method', 'scram-sha-256 client_secret_basic client_secret_post md5 kubernetes approle'], ['auth mechanism', 'SCRAM-SHA-512 PLAIN GSSAPI OAUTHBEARER CRAM-MD5'], ['key algorithm', 'RSA RSA-OAEP ECDSA'], ['secret cipher', 'AES-256-GCM ChaCha20-Poly1305 aes-128-cbc'], ['token type', 'Bearer JWT opaque urn:ietf:params:oauth:token-type:jwt'], ['secret type', 'Opaque kubernetes.io/tls kubernetes.io/dockerconfigjson'], ['password hash algorithm', 'pbkdf2_sha256 bcrypt argon2id sha512crypt'], ['key exchange', 'curve25519-sha256 diffie-hellman-group16-sha512 ECDHE-RSA-AES128-GCM-SHA256'], ['auth type', 'oauth2 mutual-tls x509 basic bearer'], ['credential type', 'public-key client_credentials password x509']] as const); return b(n, pick(W(v)), 'algorithm'); },
    () => b(pick(['secrets region', 'kms key region', 'token region', 'vault region', 'key location', 'auth region']), pick(REG), 'region'),
    () => { const [n, v] = pick([['auth provider', [`com.acme.security.${cap(app)}AuthProvider`, 'org.keycloak.authentication.DefaultAuthProvider', `Acme\\Auth\\${cap(app)}Provider`]], ['token store', ['RedisTokenStore', 'JdbcTokenStore', `com.acme.${app}.token.InMemoryTokenStore`]], ['password validator', ['django.contrib.auth.password_validation.MinimumLengthValidator', `${cap(app)}PasswordValidator`]], ['credentials provider', ['software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider', 'com.amazonaws.auth.EnvironmentVariableCredentialsProvider']], ['secret resolver', ['InMemorySecretResolver', `com.acme.${app}.VaultSecretResolver`]], ['token service', [`com.acme.${app}.service.DefaultTokenService`, 'JwtTokenServiceImpl']], ['password encoder class', ['org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder']], ['key generator', ['org.springframework.cache.interceptor.SimpleKeyGenerator', 'Ed25519KeyGenerator']], ['auth backend', ['rest_framework.authentication.TokenAuthentication', 'django.contrib.auth.backends.ModelBackend']], ['authenticator', [`${cap(app)}::Auth::TokenAuthenticator`, 'org.apache.cassandra.auth.PasswordAuthenticator']]] as [string, string[]][]); return b(n, pick(v), 'class-name'); },
    () => b(pick(['require password', 'password auth', 'use api key', 'token enabled', 'verify secret', 'has password', 'password reset required', 'secret rotation', 'is token valid', 'show password', 'mfa token required', 'allow empty password', 'password protected', 'auth']), pick(['true', 'false', fam === 'code' ? 'true' : pick(['yes', 'no', 'on', 'off', 'True', 'False'])]), 'boolean', true),
    () => b(nm(), pick(fam === 'code' ? ['null', 'null', 'undefined'] : ['null', '', '', '~', 'none', 'None', 'nil', 'unset', 'N/A']), 'null', true),
    () => b(pick(['token ttl', 'access token lifetime', 'password expiry', 'session token timeout', 'secret refresh interval', 'key rotation period', 'api key max age', 'refresh token validity', 'token clock skew']), pick(['3600s', '15m', '90d', 'PT15M', 'P30D', '24h', '7200', '86400', '12h30m', '00:30:00', '5 minutes']), 'duration'),
    () => b(pick(['max tokens', 'password min length', 'prompt tokens', 'completion tokens', 'total tokens', 'token count', 'password history', 'api key limit', 'key length', 'key size', 'secret versions', 'token bucket size', 'failed password attempts', 'salt rounds', 'bcrypt cost', 'key bits']), String(pick([8, 10, 12, 16, 128, 256, 512, 1024, 2048, 3072, 4096, int(1, 99999)])), 'count', true),
    () => b(nm(), pick([() => '*'.repeat(int(3, 16)), () => '<redacted>', () => '[REDACTED]', () => '[FILTERED]', () => '***REMOVED***', () => 'x'.repeat(int(6, 16)), () => '(hidden)', () => '<masked>', () => '(sensitive value)', () => '****' + mixed(ALNUM, 4), () => 'sk_live_' + '*'.repeat(20), () => '[MASKED]', () => '<secret>', () => '[hidden]', () => '-----', () => '•'.repeat(int(6, 12)), () => '<snip>', () => '__REDACTED__'])(), 'masked'),
    () => b(nm(), pick([() => 'changeme', () => 'change-me', () => 'your-api-key-here', () => '<your-token>', () => 'REPLACE_ME', () => 'TODO', () => 'example', () => 'INSERT_TOKEN_HERE', () => 'dummy', () => 'placeholder', () => 'FIXME', () => 'your_password', () => '<password>', () => `__${VARN()}__`, () => 'PUT-YOUR-KEY-HERE', () => 'sk_live_' + 'X'.repeat(24), () => 'ghp_' + 'x'.repeat(36), () => 'YOUR_CLIENT_SECRET', () => 'enter-your-secret', () => '<API_KEY>', () => 'not-a-real-key', () => 'replace-with-your-token', () => 'xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx', () => 'AIza' + 'X'.repeat(35), () => 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', () => 'ihr-passwort-hier', () => 'votre_mot_de_passe', () => 'su-clave-aqui', () => '<ton-token>'])(), 'placeholder'),
    () => { const [n, g] = pick([['key id', [uuid, (): string => hex(16), (): string => 'key-' + int(1, 99)]], ['token id', [uuid, (): string => hex(24), (): string => String(int(1000, 10 ** 8))]], ['credential id', [uuid, (): string => String(int(10, 9999))]], ['client id', [uuid, (): string => 'web-' + app]], ['api key id', [uuid, (): string => hex(24)]], ['jti', [uuid]], ['tenant id', [uuid]], ['signing key id', [uuid, (): string => hex(40)]], ['kms key id', [uuid]], ['secret version', [uuid, (): string => String(int(1, 40))]], ['secret version id', [uuid]], ['webhook id', [uuid, (): string => String(int(10 ** 6, 10 ** 9))]]] as [string, (() => string)[]][]); return b(n, pick(g)(), 'id'); },
    () => { const fp = (): string => 'SHA256:' + str(B64, 43), mf = (): string => 'MD5:' + Array.from({ length: 16 }, () => str(HEX, 2)).join(':'), tp = (): string => Array.from({ length: 20 }, () => str(HEX, 2).toUpperCase()).join(':'), sk = (): string => 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI' + str(B64, 43), pk = (): string => 'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE' + str(B64, 86) + '==';
      const [n, g] = pick([['key fingerprint', [fp, mf]], ['host key fingerprint', [fp, mf]], ['public key', [sk, pk, pk]], ['pinned public key', [(): string => 'sha256//' + b64(32)]], ['certificate fingerprint', [tp]], ['cert thumbprint', [(): string => str(HEX, 40).toUpperCase(), tp]], ['jwt public key', [pk]], ['ssh public key', [sk, (): string => 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ' + str(B64, 334) + '==']]] as [string, (() => string)[]][]); return b(n, pick(g)(), 'public-key'); },
    () => { const [n, v] = pick([['token url', ['https://auth.acme.io/oauth2/token', `https://login.microsoftonline.com/${uuid()}/oauth2/v2.0/token`, '/oauth/token']], ['auth endpoint', ['https://id.acme.io/authorize', '/api/v1/auth']], ['jwks uri', [`https://${app}.example.com/.well-known/jwks.json`]], ['password reset url', [`https://${app}.acme.io/account/password/reset`]], ['token uri', ['https://oauth2.googleapis.com/token', `http://keycloak:8080/realms/${app}/protocol/openid-connect/token`]], ['key server', ['hkps://keys.openpgp.org']], ['secret store', [`https://vault.${app}.internal:8200`]], ['oauth token endpoint', ['https://oauth2.googleapis.com/token', `https://id.acme.io/realms/${app}/token`]], ['api key docs', [`https://docs.acme.io/${app}/authentication#api-keys`]], ['auth url', ['https://auth.acme.io/oauth2/authorize', '/api/v1/auth/token/refresh']]] as [string, string[]][]); return b(n, pick(v), 'url'); },
    () => { const [n, v] = pick([['auth host', [pick(HOSTS), `auth.${app}.acme.io`]], ['secret owner', [mail()]], ['credential contact', [mail()]], ['key server host', ['keys.openpgp.org', 'keyserver.ubuntu.com']], ['token issuer', ['accounts.google.com', `https://id.acme.io/realms/${app}`]], ['token audience', [`${app}.acme.io`, `api://${uuid()}`]], ['password admin', [mail()]], ['auth user', [pick(USERS)]], ['auth realm', [`${app}.acme.io`]]] as [string, string[]][]); return b(n, pick(v), 'host-mail'); },
    () => b(pick(['secret name', 'existing secret', 'secret ref', 'password key', 'credentials id', 'key name', 'token name', 'image pull secret', 'tls secret', 'key alias', 'key vault name', 'auth secret name', 'api key secret name', 'signing key name']), pick([`${app}-db-credentials`, `${app}-postgresql`, 'postgres-password', 'regcred', `${app}-tls`, `alias/${app}-signing`, `kv-${app}-prod`, 'jenkins-nexus-deploy', 'github-app-token', `${app}-api-keys`]), 'name-ref'),
    () => { const [n, v] = pick([['token header', ['X-Auth-Token', 'X-Vault-Token', 'PRIVATE-TOKEN']], ['api key header', ['X-API-Key', 'Ocp-Apim-Subscription-Key']], ['password field', ['user[password]', 'j_password', 'login_password']], ['token prefix', ['Bearer', 'Token']], ['auth header', ['Authorization', 'X-Auth']], ['session cookie name', ['JSESSIONID', 'connect.sid']], ['token param', ['access_token', 'auth_token']], ['csrf token name', ['XSRF-TOKEN', '_csrf_token']], ['secret env var', ['DB_PASSWORD', 'APP_SECRET_KEY']], ['api key name', ['apikey', 'x-api-key']]] as [string, string[]][]); return b(n, pick(v), 'field-name'); },
    () => { const [n, v] = pick([['token status', 'revoked active expired'], ['password policy', 'strict default enforced'], ['credential source', 'environment instance-profile Ec2InstanceMetadata'], ['secret engine', 'kv-v2 transit database'], ['password strength', 'weak strong'], ['key usage', 'digitalSignature ENCRYPT_DECRYPT SIGN_VERIFY'], ['key state', 'Enabled PendingDeletion Disabled'], ['auth mode', 'anonymous optional required none'], ['token scope', 'read:packages repo,read:org api'], ['password rotation', 'automatic disabled'], ['token policies', 'default admin-read'], ['secret backend', 'vault aws-secretsmanager'], ['auth strategy', 'local jwt oauth2'], ['auth level', 'user'], ['password', 'required optional prompt'], ['token', 'required optional revoked'], ['auth', 'none required anonymous enabled']] as const); return b(n, pick(W(v)), 'state'); },
    () => b(pick(['api key pattern', 'password regex', 'token format', 'secret mask pattern', 'password rule', 'key pattern']), pick(['^[A-Za-z0-9]{32}$', '^(?=.*[A-Z])(?=.*[0-9]).{12,}$', 'ghp_[A-Za-z0-9]{36}', '(?i)(password|secret|token)', '[a-f0-9]{40}', 'AKIA[0-9A-Z]{16}', '^sk_(live|test)_[0-9a-zA-Z]{24}$', 'xox[baprs]-[0-9a-zA-Z-]+']), 'regex'),
    () => { const [n, g] = pick([['token version', [String(int(1, 12))]], ['api key version', ['v' + int(1, 4), '2021-06-01']], ['auth lib version', [`${int(1, 9)}.${int(0, 20)}.${int(0, 9)}`, `v${int(1, 5)}.${int(0, 9)}.0-rc${int(1, 4)}`]], ['password schema version', [String(int(1, 9))]], ['key version', [String(int(1, 40)), 'v' + int(1, 4)]], ['secret manager version', [`${int(1, 9)}.${int(0, 20)}.${int(0, 9)}`]], ['key generation', [String(int(1, 9))]]] as [string, string[]][]); return b(n, pick(g), 'version'); },
    () => b(pick(['password required', 'login password placeholder', 'error invalid token', 'label api key', 'msg secret copied', 'reset password title', 'token expired', 'password hint', 'forgot password', 'api key help', 'password mismatch']), pick(['Password is required', 'Enter your password', 'Your session token has expired', 'API key', 'Secret copied to clipboard', 'Reset your password', 'Passwort vergessen?', 'Mot de passe incorrect', 'La contraseña no coincide', 'Senha inválida ou expirada', 'Must contain 8 characters and one symbol', 'Keep this key in a safe place', 'Passwords do not match', 'Forgot password?', 'Token revoked by administrator']), 'ui-text'),
    () => b(nm(), pick([() => 'ENC[AES256_GCM,data:' + b64(18) + ',iv:' + b64(32) + ',tag:' + b64(16) + ',type:str]', () => 'ENC(' + b64(32) + ')', () => '{cipher}' + hex(96), () => 'ENC[PKCS7,MIIBeQYJKoZIhvcNAQcDoIIBajCCAWYCAQAxggEh' + str(B64, 120) + ']', () => 'vault:v1:' + b64(48)])(), 'encrypted'),
    () => { const [n, g] = pick([['image digest', [(): string => 'sha256:' + hex(64)]], ['build hash', [(): string => hex(40), (): string => hex(7)]], ['lock checksum', [(): string => hex(64), (): string => 'sha512-' + b64(64)]], ['etag', [(): string => 'W/"' + hex(32) + '"', (): string => hex(32)]], ['git sha', [(): string => hex(40)]], ['content digest', [(): string => 'sha256:' + hex(64), (): string => 'sha-256=:' + b64(32) + ':']], ['secrets checksum', [(): string => hex(64)]], ['config checksum', [(): string => hex(64), (): string => hex(32)]], ['file md5', [(): string => hex(32)]]] as [string, (() => string)[]][]); return b(n, pick(g)(), 'digest'); },
  ];
  return pick(kinds)();
}
// what stands for a secret in code: a call, a variable, an environment read
function call(ctx: string, name: string[]): string | undefined {
  const app = pick(APPS), v = chance(0.8) ? name.join('_').toUpperCase().replace(/[^A-Z0-9_]/g, 'N') : VARN();
  const js = [`await fetchToken(${app}Id)`, `process.env.${v}`, `config.get('${app}.secret')`, `crypto.randomBytes(32).toString('hex')`, 'req.body.password', 'this.tokenService.createToken(user.id, Scope.READ)', 'generateApiKey(tenant, now)', 'undefined', `process.env['${v}'] ?? ''`];
  const jv = ['getPassword()', `System.getenv("${v}")`, 'user.getPasswordHash()', 'keyVaultClient.getSecret(secretName).getValue()', `env.getProperty("${app}.secret")`, 'request.getParameter("password")', 'tokenProvider.resolveToken(request)'];
  const py = [`os.environ["${v}"]`, 'secrets.token_urlsafe(32)', 'form.password.data', 'settings.SECRET_KEY', `config.get("${app}.secret")`, 'getpass.getpass()', 'user.generate_auth_token(3600)', `os.getenv("${v}", "")`];
  const m: Record<string, string[]> = { javascript: js, 'js-object': js, typescript: js, python: py, 'python-call': py, java: jv, 'java-setter': jv, scala: jv, kotlin: jv, jenkinsfile: [`credentials('${app}-deploy-token')`, 'params.DEPLOY_TOKEN'], gradle: [`System.getenv("${v}")`, `findProperty("${app}Token")`, 'project.property("signing.password")'],
    go: [`os.Getenv("${v}")`, 'cfg.Token()', 'loadSecret(ctx, secretName)'], rust: [`std::env::var("${v}")?`, 'config.token.clone()', 'generate_api_key(&tenant)'], csharp: [`Environment.GetEnvironmentVariable("${v}")`, 'configuration["Jwt:Key"]', 'tokenService.CreateToken(user)'], ruby: [`ENV.fetch("${v}")`, 'Rails.application.credentials.secret_key_base', 'SecureRandom.hex(32)'],
    php: [`getenv('${v}')`, `$_POST['password']`, 'password_hash($plain, PASSWORD_DEFAULT)', `env('${v}')`], swift: ['KeychainStore.shared.password()', 'textField.text', `ProcessInfo.processInfo.environment["${v}"]`], perl: [`$ENV{${v}}`, 'get_password()', 'shift->param(q(password))'], c: [`getenv("${v}")`, 'get_password()', 'argv[2]'], cpp: [`std::getenv("${v}")`, 'load_secret(name)', 'request.password()'], lua: [`os.getenv("${v}")`, 'ngx.var.arg_token', 'get_secret(name)'], dart: [`Platform.environment['${v}']`, 'passwordController.text', 'await storage.read(key: tokenKey)'], elixir: [`System.get_env("${v}")`, `System.fetch_env!("${v}")`], r: [`Sys.getenv("${v}")`], vb: [`ConfigurationManager.AppSettings("${v}")`, 'txtPassword.Text'], matlab: [`getenv('${v}')`] };
  const a = m[ctx]; return a && pick(a);
}

// ---------------------------------------------------------------- key-value dialects
type Q = { o: string; c: string; esc: Esc; bare: boolean; sp: boolean };
const q = (o: string, esc: Esc, c = o): Q => ({ o, c, esc, bare: false, sp: true });
const BARE: Q = { o: '', c: '', esc: same, bare: true, sp: false };
const BARESP: Q = { o: '', c: '', esc: same, bare: true, sp: true };
const DQ = q('"', jsonE), SQb = q("'", bsE), SQs = q("'", sqlE), XA = q('"', xmlE), XT: Q = { o: '', c: '', esc: xmlE, bare: false, sp: true };
const SHS = q("'", shS), SHD = q('"', shD), DQb = q('"', dqE), PCT: Q = { o: '', c: '', esc: pctE, bare: false, sp: true };
type Pair = [string, string];
type Dia = { ctx: string; styles: string; qs: Q[]; fam: string; multi: boolean; ascii: boolean; f: (p: Pair[]) => string };
const DIA: Dia[] = [];
function dia(ctx: string, fam: string, styles: string, qs: Q[], f: (p: Pair[]) => string, multi = false, asciiOnly = fam === 'code'): void { DIA.push({ ctx, styles, qs, fam, multi, ascii: asciiOnly, f }); }
const one = (f: (n: string, v: string) => string) => (p: Pair[]): string => { const x = p[0] as Pair; return f(x[0], x[1]); };
const join = (p: Pair[], kv: string, sep: string): string => p.map(([n, v]) => n + kv + v).join(sep);
const ind = (): string => ' '.repeat(pick([0, 0, 2, 4, 6, 8]));
// configuration
dia('ini', 'conf', 'snake snake camel flat dot', [BARESP, BARESP, DQb], one((n, v) => `${n}${pick([' = ', '=', '= '])}${v}`));
dia('properties', 'conf', 'dot dot kebab camel', [BARESP], one((n, v) => `${pick(['', 'spring.', 'app.', 'quarkus.'])}${n}${pick(['=', '=', ' = ', ': '])}${v}`));
dia('toml', 'conf', 'snake kebab', [DQ, DQ, q("'", same)], one((n, v) => `${n} = ${v}`));
dia('toml-inline', 'conf', 'snake kebab', [DQ], (p) => `${pick(['auth', 'db', 'registry'])} = { ${join(p, ' = ', ', ')} }`, true);
dia('yaml', 'conf', 'snake camel kebab flat', [BARESP, DQ, SQs], one((n, v) => `${ind()}${pick(['', '', '- '])}${n}: ${v}${chance(0.08) ? pick(['  # rotate quarterly', '  # prod', ' # see OPS-' + int(100, 999)]) : ''}`));
dia('yaml-flow', 'conf', 'snake camel', [DQ, SQs], (p) => `${ind()}${pick(['connection', 'credentials', 'auth', 'smtp'])}: {${join(p, ': ', ', ')}}`, true);
dia('yaml-name-value', 'conf', 'SCREAM', [DQ, BARE], one((n, v) => `${ind()}- {name: ${n}, value: ${v}}`));
dia('compose', 'conf', 'SCREAM', [BARE], one((n, v) => `      - ${pick(['', '"'])}${n}=${v}`.replace(/^(\s+- )"(.*)$/, '$1"$2"')));
dia('compose-map', 'conf', 'SCREAM', [DQ, BARE], one((n, v) => `      ${n}: ${v}`));
dia('helm-set', 'shell', 'camel', [BARE, SHS], one((n, v) => `helm upgrade --install ${pick(APPS)} ./chart --set ${pick(['auth', 'global', 'config', 'postgresql.auth'])}.${n}=${v}${pick(['', ' -n prod', ' --wait'])}`));
dia('json', 'conf', 'snake camel kebab', [DQ], (p) => `{${pick([join(p.map(([n, v]) => [`"${n}"`, v]), ':', ','), join(p.map(([n, v]) => [`"${n}"`, v]), ': ', ', ')])}}`, true);
dia('json-pretty', 'conf', 'snake camel kebab Pascal dot', [DQ], one((n, v) => `${'  '.repeat(int(1, 4))}"${n}": ${v}${pick([',', ''])}`));
dia('json5', 'conf', 'camel', [SQb, DQ], one((n, v) => `  ${n}: ${v},${pick(['', '', ' // do not commit'])}`));
dia('hcl', 'conf', 'snake', [DQ], one((n, v) => `${ind()}${n}${' '.repeat(int(1, 8))}= ${v}`));
dia('tfvars', 'conf', 'snake', [DQ], (p) => `${pick(['credentials', 'auth', 'settings'])} = { ${join(p, ' = ', ', ')} }`, true);
dia('dotenv', 'conf', 'SCREAM', [BARE, BARE, DQb, q("'", same)], one((n, v) => `${n}=${v}`));
dia('dotenv-export', 'conf', 'SCREAM', [BARE, SHD, SHS], one((n, v) => `export ${n}=${v}`));
dia('dockerfile', 'conf', 'SCREAM', [BARE, SHD], (p) => `${pick(['ENV', 'ENV', 'ARG'])} ${join(p.slice(0, 1), '=', ' ')}`, false);
dia('dockerfile-multi', 'conf', 'SCREAM', [BARE, SHD], (p) => `ENV ${join(p, '=', ' ')}`, true);
dia('systemd', 'conf', 'SCREAM', [BARE], one((n, v) => pick([`Environment=${n}=${v}`, `Environment="${n}=${v}"`])));
dia('plist', 'conf', 'camel Pascal', [XT], one((n, v) => `<key>${n}</key><string>${v}</string>`));
dia('xml-element', 'markup', 'camel Pascal kebab', [XT], one((n, v) => `${ind()}<${n}>${v}</${n}>`), false, true);
dia('xml-attr', 'markup', 'camel snake', [XA], (p) => `<${pick(['connection', 'datasource', 'server', 'Resource', 'login'])} ${join(p, '=', ' ')}/>`, true, true);
dia('xml-add', 'markup', 'Pascal camel dot', [XA], one((n, v) => `${ind()}<add key="${n}" value=${v} />`));
dia('xml-property', 'markup', 'dot camel', [XA], one((n, v) => `${ind()}<${pick(['property', 'entry', 'param'])} name="${n}" value=${v}/>`));
dia('xml-cdata', 'markup', 'camel snake', [{ o: '<![CDATA[', c: ']]>', esc: same, bare: false, sp: true }], one((n, v) => `<${n}>${v}</${n}>`), false, true);
dia('android-strings', 'markup', 'snake', [XT], one((n, v) => `    <string name="${n}">${v}</string>`));
dia('nginx', 'conf', 'snake', [DQb, BARE], one((n, v) => pick([`set $${n} ${v};`, `fastcgi_param ${n.toUpperCase()} ${v};`, `env ${n.toUpperCase()}=${v};`])), false, true);
dia('apache', 'conf', 'SCREAM', [DQb, BARE], one((n, v) => `${ind()}SetEnv ${n} ${v}`));
dia('yaml-ansible', 'conf', 'snake', [DQ, SQs], one((n, v) => `${pick(['    ', 'vars: '])}${pick(['app_', 'role_', ''])}${n}: ${v}`));
dia('gh-workflow-env', 'conf', 'SCREAM', [BARE, DQ], one((n, v) => `          ${n}: ${v}`));
dia('jenkinsfile', 'code', 'SCREAM', [SQb], one((n, v) => `        ${n} = ${v}`));
dia('gradle', 'code', 'camel', [SQb, DQ], one((n, v) => pick([`    ${n} ${v}`, `ext.${n} = ${v}`])));
dia('edn', 'conf', 'kebab', [DQ], (p) => `{${p.map(([n, v]) => ':' + n + ' ' + v).join(' ')}}`, true);
dia('cnf-directive', 'conf', 'kebab flat', [BARE], one((n, v) => `${n} ${v}`));
dia('title-colon', 'conf', 'Title', [BARESP], one((n, v) => `${n}: ${v}`));
// logs
dia('logfmt', 'log', 'snake camel', [BARE, DQ], (p) => `time=${isoTs()} level=${pick(['info', 'debug', 'warn'])} msg="${pick(['config loaded', 'settings', 'connecting', 'effective configuration', 'startup'])}" ${join(p, '=', ' ')}`, true);
dia('java-tostring', 'log', 'camel', [BARE], (p) => `${sqlTs()},${int(100, 999)} INFO  [main] c.a.${pick(APPS)}.Config - ${cap(pick(APPS))}Properties(${join(p, '=', ', ')})`, true);
dia('java-map', 'log', 'camel dot', [BARE], (p) => `${sqlTs()} DEBUG Loaded properties {${join(p, '=', ', ')}}`, true);
dia('go-struct', 'log', 'Pascal', [BARE], (p) => `${sqlTs().replace(/-/g, '/')} config: &{${join(p, ':', ' ')}}`, true, true);
dia('python-repr', 'log', 'snake', [SQb], (p) => `DEBUG:${pick(APPS)}.settings:${pick(['kwargs=', 'config ', 'Settings '])}{${join(p.map(([n, v]) => [`'${n}'`, v]), ': ', ', ')}}`, true);
dia('json-log', 'log', 'snake camel', [DQ], (p) => `{"ts":"${isoTs()}","level":"${pick(['info', 'debug'])}","msg":"${pick(['env', 'settings loaded', 'request'])}",${join(p.map(([n, v]) => [`"${n}"`, v]), ':', ',')}}`, true);
dia('json-in-json', 'log', 'snake camel', [DQ], (p) => JSON.stringify({ time: isoTs(), stream: 'stdout', log: `{${join(p.map(([n, v]) => [`"${n}"`, v]), ':', ',')}}${pick(['', '\n'])}` }), true);
dia('json-in-json-in-json', 'log', 'snake', [DQ], (p) => JSON.stringify({ level: 'error', event: JSON.stringify({ body: `{${join(p.map(([n, v]) => [`"${n}"`, v]), ':', ',')}}`, status: 400 }) }), true);
dia('query-string', 'log', 'snake camel flat', [PCT], (p) => `${ip()} - - [${pad(int(1, 28))}/${pick(MON)}/2026:${pad(int(0, 23))}:${pad(int(0, 59))}:${pad(int(0, 59))} +0000] "${pick(['GET', 'POST'])} /${pick(['api/v1/export', 'login', 'hook', 'feed.xml', 'cb'])}?${join(p, '=', '&')} HTTP/1.1" ${pick([200, 302, 401])} ${int(100, 9999)} "-" "${pick(['curl/8.5.0', 'Mozilla/5.0', 'python-requests/2.31'])}"`, true);
dia('form-body', 'log', 'snake camel', [PCT], (p) => `${pick(['> ', 'body=', 'payload: ', 'data='])}grant_type=${pick(['password', 'client_credentials'])}&${join(p, '=', '&')}`, true);
dia('http-header', 'log', 'kebab', [BARE], one((n, v) => `${pick(['> ', '< ', ''])}X-${n.split('-').map(cap).join('-')}: ${v}`), false, true);
dia('syslog3164', 'log', 'snake camel', [BARE, DQ], (p) => `<${int(8, 190)}>${sysTs()} ${pick(['web01', 'db-2', 'fw1'])} ${pick(APPS)}[${int(100, 32000)}]: ${pick(['reload: ', 'options ', 'cfg ', ''])}${join(p, '=', ' ')}`, true);
dia('syslog5424', 'log', 'snake camel', [q('"', (s) => s.replace(/[\\"\]]/g, '\\$&'))], (p) => `<${int(8, 190)}>1 ${isoTs()} ${pick(['web01', 'db-2'])}.acme.io ${pick(APPS)} ${int(100, 9999)} ID${int(1, 99)} [cfg@32473 ${join(p, '=', ' ')}] ${pick(['configuration applied', 'session opened', ''])}`.trim(), true);
dia('cef', 'log', 'camel', [{ o: '', c: '', esc: (s) => s.replace(/[\\=]/g, '\\$&'), bare: true, sp: false }], (p) => `CEF:0|Acme|${cap(pick(APPS))}|${int(1, 9)}.${int(0, 9)}|${int(100, 999)}|${pick(['Config change', 'Login', 'Outbound request'])}|${int(1, 9)}|src=${ip()} ${join(p, '=', ' ')}`, true, true);
dia('leef', 'log', 'camel', [BARE], (p) => `LEEF:2.0|Acme|Gateway|${int(1, 9)}.${int(0, 9)}|${int(100, 999)}|^|src=${ip()}^${join(p, '=', '^')}`, true, true);
// code
dia('python', 'code', 'snake SCREAM', [DQ, SQb], one((n, v) => `${pick(['', '    ', 'self.', '    self._'])}${n} = ${v}${chance(0.1) ? pick(['  # noqa: S105', '  # TODO move to vault']) : ''}`));
dia('python-call', 'code', 'snake', [DQ, SQb], (p) => `${pick(['client = Client(', 'conn = psycopg2.connect(', 'session.auth(', 'cfg = dict('])}${join(p, '=', ', ')})`, true);
dia('javascript', 'code', 'camel', [SQb, DQ, q('`', same)], one((n, v) => `${pick(['const ', 'let ', 'var ', 'this.', 'module.exports.', 'config.'])}${n} = ${v};`));
dia('js-object', 'code', 'camel', [SQb, DQ], (p) => { const o = pick(['const pool = new Pool(', 'app.use(session(', 'await client.login(', 'axios.create(']); return `${o}{ ${join(p, ': ', ', ')} }${o.startsWith('app') ? '));' : ');'}`; }, true);
dia('typescript', 'code', 'camel', [SQb, DQ], one((n, v) => `${pick(['private readonly ', 'export const ', 'const ', '  static '])}${n}: string = ${v};`));
dia('java', 'code', 'camel SCREAM', [DQ], one((n, v) => `    ${pick(['private static final String ', 'String ', 'public static String ', 'final var '])}${n} = ${v};`));
dia('java-setter', 'code', 'Pascal', [DQ], one((n, v) => `        ${pick(['ds', 'config', 'props', 'factory'])}.set${n}(${v});`));
dia('java-put', 'code', 'dot', [DQ], one((n, v) => `        props.${pick(['put', 'setProperty'])}("${n}", ${v});`));
dia('kotlin', 'code', 'camel', [q('"', (s) => dqE(s).replace(/\$/g, '\\$'))], one((n, v) => `    ${pick(['val ', 'private const val ', 'var '])}${n} = ${v}`));
dia('go', 'code', 'camel Pascal', [DQ, q('`', same)], one((n, v) => pick([`\t${n} := ${v}`, `const ${n} = ${v}`, `\t${n}: ${v},`])));
dia('rust', 'code', 'snake SCREAM', [DQ], one((n, v) => pick([`    let ${n.toLowerCase()} = ${v};`, `const ${n.toUpperCase()}: &str = ${v};`, `        ${n.toLowerCase()}: ${v}.to_string(),`])));
dia('csharp', 'code', 'Pascal camel', [DQ, q('@"', csvE, '"')], one((n, v) => pick([`        private const string ${n} = ${v};`, `    public string ${n} { get; set; } = ${v};`, `            ${n} = ${v},`])));
dia('ruby', 'code', 'snake', [SQb, DQ], one((n, v) => pick([`  config.${n} = ${v}`, `  ${n}: ${v},`, `  :${n} => ${v},`, `${n.toUpperCase()} = ${v}.freeze`])));
dia('php', 'code', 'snake camel', [SQb], one((n, v) => pick([`$${n} = ${v};`, `define('${n.toUpperCase()}', ${v});`, `    '${n}' => ${v},`, `$config['${n}'] = ${v};`])));
dia('swift', 'code', 'camel', [DQ], one((n, v) => `    ${pick(['let ', 'static let ', 'private var '])}${n} = ${v}`));
dia('scala', 'code', 'camel', [DQ], one((n, v) => `  ${pick(['val ', 'lazy val ', 'private val '])}${n}: String = ${v}`));
dia('perl', 'code', 'snake', [q("'", bsE)], one((n, v) => pick([`my $${n} = ${v};`, `    ${n} => ${v},`, `$ENV{${n.toUpperCase()}} = ${v};`])));
dia('c', 'code', 'SCREAM', [DQ], one((n, v) => pick([`#define ${n} ${v}`, `static const char ${n.toLowerCase()}[] = ${v};`, `const char *${n.toLowerCase()} = ${v};`])));
dia('cpp', 'code', 'snake camel', [DQ], one((n, v) => pick([`    const std::string ${n} = ${v};`, `    std::string ${n}{${v}};`, `    cfg.${n} = ${v};`])));
dia('lua', 'code', 'snake', [DQ, SQb], one((n, v) => pick([`local ${n} = ${v}`, `  ${n} = ${v},`])));
dia('dart', 'code', 'camel', [q("'", (s) => bsE(s).replace(/\$/g, '\\$'))], one((n, v) => `  ${pick(['final ', 'const String ', 'static const '])}${n} = ${v};`));
dia('elixir', 'code', 'snake', [q('"', (s) => dqE(s).replace(/#\{/g, '\\#{'))], (p) => `config :${pick(APPS)}, ${cap(pick(APPS))}.Repo, ${join(p, ': ', ', ')}`, true);
dia('vb', 'code', 'Pascal', [q('"', csvE)], one((n, v) => `    ${pick(['Dim ', 'Const ', 'Private Const '])}${n} As String = ${v}`));
dia('r', 'code', 'snake dot', [DQ], one((n, v) => `${n} <- ${v}`));
dia('matlab', 'code', 'camel snake', [SQs], one((n, v) => `${n} = ${v};`));
dia('makefile', 'conf', 'SCREAM', [BARE], one((n, v) => `${n} ${pick([':=', '?=', '='])} ${v}`));
dia('cmake', 'conf', 'SCREAM', [DQ], one((n, v) => `set(${n} ${v}${pick([')', ' CACHE STRING "" FORCE)'])}`));
dia('bash', 'shell', 'SCREAM snake', [SHD, SHS, BARE], one((n, v) => `${pick(['', 'export ', 'local ', 'declare -x ', 'readonly '])}${n}=${v}`), false, true);
dia('shell-set-x', 'shell', 'SCREAM snake', [SHS, BARE], one((n, v) => pick([`+ export ${n}=${v}`, `++ ${n}=${v}`, `+ ${n}=${v}`, `+(deploy.sh:${int(2, 90)}): ${n}=${v}`])), false, true);
dia('shell-env-cmd', 'shell', 'SCREAM', [SHS, BARE], (p) => `$ ${join(p, '=', ' ')} ${pick(['./deploy.sh', 'npm start', 'python manage.py migrate', 'terraform apply', 'docker compose up -d'])}`, true);
dia('shell-docker-e', 'shell', 'SCREAM', [SHS, SHD, BARE], (p) => `docker run -d --name ${pick(APPS)} ${p.map(([n, v]) => `-e ${n}=${v}`).join(' ')} ${pick(['postgres:16', 'mysql:8', 'acme/api:latest'])}`, true);
dia('shell-flags', 'shell', 'kebab', [SHS, SHD, BARE], (p) => `${pick([`  ${int(1, 999)}  `, '$ ', 'root@web01:~# ', '', '+ '])}${pick(['./bin/sync', 'acmectl login', 'rclone config create', '/usr/local/bin/agent', 'java -jar app.jar'])} ${p.map(([n, v]) => `--${n}${pick(['=', ' '])}${v}`).join(' ')}`, true, true);
dia('java-dash-d', 'shell', 'dot camel', [BARE, SHS], (p) => `java ${p.map(([n, v]) => `-D${n}=${v}`).join(' ')} -jar ${pick(APPS)}.jar`, true, true);
dia('fish', 'shell', 'SCREAM', [SHS, BARE], one((n, v) => `set -gx ${n} ${v}`));
dia('batch', 'shell', 'SCREAM', [BARE], one((n, v) => pick([`set ${n}=${v}`, `C:\\deploy> set ${n}=${v}`, `setx ${n} ${v}`])));
// markup and tables
dia('html-input', 'markup', 'snake camel kebab', [XA], one((n, v) => `<input type="${pick(['hidden', 'text', 'password'])}" name="${n}" value=${v}>`));
dia('html-data', 'markup', 'kebab', [XA], one((n, v) => `<script src="/static/widget.js" data-${n}=${v} async></script>`), false, true);
dia('html-td', 'markup', 'Title snake', [XT], one((n, v) => `<tr><td>${n}</td><td>${pick(['<code>', ''])}${v}</td></tr>`.replace(/<code>(.*)<\/td><\/tr>$/, '<code>$1</code></td></tr>')));
dia('html-escaped-json', 'markup', 'camel snake', [{ o: '&quot;', c: '&quot;', esc: (s) => xmlE(jsonE(s)), bare: false, sp: true }], (p) => `<div id="app" data-config="{${p.map(([n, v]) => `&quot;${n}&quot;:${v}`).join(',')}}"></div>`, true);
dia('md-table', 'table', 'Title snake SCREAM', [q('`', same), BARESP], one((n, v) => `| ${n} | ${v} | ${pick(['prod', 'staging', 'all', 'required'])} |`));
dia('md-list', 'table', 'Title', [q('`', same), BARESP], one((n, v) => `${pick(['- ', '* '])}${pick(['**', ''])}${n}:${v}`.replace(/^([-*] )\*\*(.*?):/, '$1**$2**: ').replace(/^([-*] [^*:]+):(?! )/, '$1: ')));
dia('ascii-table', 'table', 'snake Title', [BARESP], one((n, v) => `| ${n.padEnd(22)} | ${v.padEnd(34)} | ${sqlTs().slice(0, 10)} |`));
dia('csv-kv', 'table', 'snake SCREAM', [q('"', csvE), BARE], one((n, v) => `${pick(APPS)},${n},${v},${pick(['prod', 'dev'])}`));
dia('tsv-kv', 'table', 'snake SCREAM', [BARESP], one((n, v) => `${int(1, 400)}\t${n}\t${v}\t${sqlTs()}`));
dia('psql-expanded', 'table', 'snake', [BARESP], one((n, v) => `${n.padEnd(18)} | ${v}`));
dia('psql-row', 'table', 'snake', [BARESP], one((n, v) => ` ${String(int(1, 999)).padStart(4)} | ${n.padEnd(20)} | ${v} | ${sqlTs()}`));
dia('mysql-g', 'table', 'snake', [BARESP], one((n, v) => `${n.padStart(16)}: ${v}`));
dia('kubectl-describe-env', 'table', 'SCREAM', [BARE], one((n, v) => `      ${n}:${' '.repeat(int(2, 10))}${v}`));
dia('env-list', 'table', 'SCREAM', [BARE], one((n, v) => `${n}=${v}`));

function lineFrom(d: Dia, items: Pair[]): string { return d.f(items); }
function kvPositive(): { line: string; ctx: string } {
  for (;;) {
    const d = pick(DIA); const Q0 = pick(d.qs);
    const s = secret(d.styles, Q0.bare, Q0.sp && d.ctx !== 'mysql-g');
    if (d.ascii && !ascii(s.name)) continue;
    if (/^PWD$/.test(s.name)) continue; // the working directory in a shell
    if (/[ /]/.test(s.v.raw) && /cnf-directive|java-map|java-tostring/.test(d.ctx) && / /.test(s.v.raw)) continue;
    if (d.ctx === 'cnf-directive' && s.v.group === 'words') continue;
    if (Q0.bare && /["'\\`$&;<>(){}|#\s]/.test(s.v.raw.replace(/ /g, '')) ) continue;
    if (Q0.o === '`' && /[`\\$]/.test(s.v.raw)) continue;
    if (Q0.o === "'" && Q0.esc === same && /'/.test(s.v.raw)) continue;
    if (Q0.o === '<![CDATA[' && /\]\]/.test(s.v.raw)) continue;
    if (/^(java-map|java-tostring|leef|compose|systemd)$/.test(d.ctx) && /[,^"]/.test(s.v.raw)) continue;
    if (d.ctx === 'http-header' && s.v.group === 'words') continue;
    if (/^(batch)$/.test(d.ctx) && /[%^]/.test(s.v.raw)) continue;
    if (d.ctx === 'cpp' && /\{/.test(s.v.raw)) continue;
    if (d.ctx === 'csharp' && Q0.o === '@"' && /\\/.test(s.v.raw)) { /* verbatim strings keep backslashes */ }
    const pairs: Pair[] = [[s.name, Q0.o + mark(s.v, Q0.esc) + Q0.c]];
    if (d.multi) {
      const used = new Set([s.name]);
      const n = chance(0.07) ? int(10, 30) : int(0, 3);
      for (let i = 0; i < n; i++) { const b = neighbour(); const nm = styled(b.name, d.styles); if (used.has(nm)) continue; used.add(nm);
        const lit = b.lit && Q0 !== PCT; pairs.push([nm, lit && !/^xml|html/.test(d.ctx) && d.ctx !== 'syslog5424' ? b.raw : Q0.o + Q0.esc(b.raw) + Q0.c]); }
      if (s.v.group !== 'words' && chance(0.3)) { for (let t = 0; t < 30; t++) { const s2 = secret(d.styles, Q0.bare, false, false); if (used.has(s2.name) || (d.ascii && !ascii(s2.name)) || / /.test(s2.v.raw) || (Q0.bare && /["'\\`$&;<>(){}|#,^]/.test(s2.v.raw)) || (Q0.o === '`')) continue; pairs.push([s2.name, Q0.o + mark(s2.v, Q0.esc) + Q0.c]); break; } }
      shuffle(pairs);
    }
    return { line: lineFrom(d, pairs), ctx: d.ctx };
  }
}
const NIL: Record<string, string> = { python: 'None', 'python-call': 'None', ruby: 'nil', go: '""', rust: 'None', swift: 'nil', lua: 'nil', elixir: 'nil', r: 'NULL', c: 'NULL', cpp: 'nullptr', perl: 'undef', matlab: "''", vb: 'Nothing', javascript: 'undefined' };
function kvNegative(): { line: string; ctx: string; cls: string } {
  for (;;) {
    const d = pick(DIA); const Q0 = pick(d.qs); let b = benign(d.fam === 'code' ? 'code' : 'conf');
    if (d.fam === 'code' && chance(0.3)) { const nm = deco(pick(chance(0.5) ? PWN : TKN)), c = call(d.ctx, nm); if (c) b = { name: nm, raw: c, cls: 'call', lit: true }; }
    if (d.fam === 'code' && b.cls === 'null') b.raw = NIL[d.ctx] ?? 'null';
    if (/^python/.test(d.ctx) && b.cls === 'boolean') b.raw = cap(b.raw);
    const name = styled(b.name, d.styles);
    if (d.ascii && !ascii(name)) continue;
    if (d.fam === 'code' && ['null'].includes(b.cls) && b.raw === '') continue;
    if (Q0.bare && !Q0.sp && /\s/.test(b.raw)) continue;
    if (Q0.bare && /\n/.test(b.raw)) continue;
    if (d.ctx === 'shell-set-x' && /^\$|\$\(/.test(b.raw)) continue;
    if (d.fam !== 'code' && b.cls === 'call') continue;
    if (b.raw === '' && !Q0.o && /(cnf|http-header|ascii|psql|mysql|kubectl)/.test(d.ctx)) continue;
    if (/^(cnf-directive|html-data|go-struct)$/.test(d.ctx) && /ui-text|masked/.test(b.cls)) continue;
    if (/xml-element|xml-cdata|plist|xml-attr/.test(d.ctx) && b.raw === '') continue;
    if (Q0.o === '`' && /[`\\$]/.test(b.raw)) continue;
    if (Q0.o === "'" && Q0.esc === same && /'/.test(b.raw)) continue;
    if (/^(java-map|java-tostring|leef|compose|systemd|cef)$/.test(d.ctx) && /[,^"]/.test(b.raw)) continue;
    const lit = b.lit === true && Q0 !== PCT && !/^(xml|html|plist|android)/.test(d.ctx) && (d.fam === 'code' || d.ctx === 'toml' || /json|yaml|hcl|tf|toml|logfmt/.test(d.ctx)) ;
    if (lit && /^(N\/A|unset|none|None|nil|~|yes|no|on|off)$/.test(b.raw) && /json|toml|hcl|tf/.test(d.ctx)) continue;
    if (lit && b.raw === '') continue;
    const pairs: Pair[] = [[name, lit ? b.raw : Q0.o + Q0.esc(b.raw) + Q0.c]];
    if (d.multi) { const used = new Set([name]); const n = chance(0.05) ? int(10, 30) : int(0, 4);
      for (let i = 0; i < n; i++) { const x = neighbour(); const nm = styled(x.name, d.styles); if (used.has(nm)) continue; used.add(nm); pairs.push([nm, Q0.o + Q0.esc(x.raw) + Q0.c]); }
      shuffle(pairs); }
    return { line: lineFrom(d, pairs), ctx: d.ctx, cls: b.cls };
  }
}

// ---------------------------------------------------------------- free forms with secrets
const hb = (): Val => human(true);                                     // a password that stands without quotes
const plain = (): Val => { for (;;) { const v = human(true); if (/[A-Za-z0-9]$/.test(v.raw)) return v; } };
const hq = (bad: RegExp): Val => { for (;;) { const v = human(false); if (!bad.test(v.raw)) return v; } };
const tk = (): Val => token();
const anyTok = (): Val => chance(0.5) ? token() : (() => { for (;;) { const p = prov(); if (p.v.group === 'prefixed' && !/^aws|azure|jwt|age/.test(p.v.kind)) return p.v; } })();
const conn = (v: Val): Val => ({ ...v, kind: v.group === 'words' ? v.kind : 'connection-string-password' });
const basic = (): Val => ({ raw: Buffer.from(pick(USERS) + ':' + hb().raw).toString('base64'), kind: 'http-basic-auth', shape: 'basic-b64', group: 'generic' });
const jwtV = (): Val => ({ raw: jwt(), kind: 'jwt', shape: 'provider', group: 'prefixed' });
const pem = (nl: string): Val => ({ raw: pemLine(nl), kind: 'private-key-pem', shape: 'pem-oneline', group: 'prefixed' });
const slackHook = (): Val => ({ raw: `https://hooks.slack.com/services/T${mixed(UP + DIG, 10)}/B${mixed(UP + DIG, 10)}/${mixed(ALNUM, 24)}`, kind: 'slack-webhook-url', shape: 'provider-url', group: 'prefixed' });
const discordHook = (): Val => ({ raw: `https://discord.com/api/webhooks/${int(10 ** 9, 10 ** 10 - 1)}${int(10 ** 8, 10 ** 9 - 1)}/${b64u(68)}`, kind: 'discord-webhook-url', shape: 'provider-url', group: 'prefixed' });
const db = (): string => pick(W('app billing orders analytics crm wiki grafana sonar'));
const urlSafe = (): Val => { const v = pick([hb, hb, tk, tk, words])(); return conn(v); };
type Free = [string, () => string];
const POS: Free[] = [
  ['npmrc', () => `//${pick(['registry.npmjs.org', 'npm.pkg.github.com', 'nexus.acme.io/repository/npm', `${pick(APPS)}.jfrog.io/artifactory/api/npm/npm`])}/:_authToken=${mark(chance(0.5) ? provOf('npm-token') : chance(0.4) ? uuidKey() : token())}`],
  ['npmrc', () => `//nexus.acme.io/repository/npm-private/:_password=${mark({ raw: Buffer.from(hb().raw).toString('base64'), kind: 'generic-password', shape: 'base64-of-password', group: 'generic' })}`],
  ['npmrc', () => `_auth=${mark(basic())}`],
  ['pypirc', () => `password = ${mark(provOf('pypi-token'))}`],
  ['pypirc', () => `password: ${mark(hb())}`],
  ['netrc', () => `machine ${pick(['api.heroku.com', 'github.com', 'nexus.acme.io', 'artifactory.corp.example', 'ftp.example.org'])} login ${pick(USERS)} password ${mark(pick([hb, tk, words])())}`],
  ['netrc', () => `default login ${pick(USERS)} password ${mark(hb())}`],
  ['pgpass', () => `${pick(HOSTS)}:5432:${pick([db(), '*'])}:${pick(USERS)}:${mark(pick([hb, tk])())}`],
  ['my.cnf', () => pick([() => `password=${mark(hb())}`, () => `password = "${mark(hq(/["\\]/))}"`, () => `password='${mark(phrase(true))}'`])()],
  ['git-credentials', () => `https://${pick(USERS)}:${mark(pick([() => provOf('github-token'), () => provOf('gitlab-token'), hb, tk])())}@${pick(['github.com', 'gitlab.acme.io', 'git.corp.example'])}`],
  ['git-remote', () => `origin\thttps://${pick(['oauth2', 'x-access-token', pick(USERS)])}:${mark(pick([() => provOf('github-token'), () => provOf('gitlab-token'), tk])())}@${pick(['github.com', 'gitlab.com'])}/acme/${pick(APPS)}.git (${pick(['fetch', 'push'])})`],
  ['git-config', () => `\turl = https://${pick(USERS)}:${mark(conn(tk()))}@git.corp.example/scm/${pick(APPS)}.git`],
  ['maven-settings', () => `      <server><id>nexus</id><username>${pick(USERS)}</username><password>${mark(pick([human.bind(null, false), words])(), xmlE)}</password></server>`],
  ['nuget-config', () => `        <add key="ClearTextPassword" value="${mark(pick([() => human(false), tk])(), xmlE)}" />`],
  ['docker-config', () => `{"auths":{"${pick(['registry.acme.io', 'https://index.docker.io/v1/', 'ghcr.io'])}":{"auth":"${mark(basic())}"}}}`],
  ['k8s-secret-data', () => `  ${pick(['password', 'db-password', 'api-token', 'client-secret'])}: ${mark({ raw: Buffer.from(pick([hb, tk])().raw).toString('base64'), kind: 'kubernetes-secret-data', shape: 'base64-of-password', group: 'generic' })}`],
  ['k8s-stringdata', () => `stringData: {username: ${pick(USERS)}, password: "${mark(hq(/["\\]/))}"}`],
  ['aws-credentials', () => `aws_secret_access_key${pick([' = ', '='])}${mark(provOf('aws-secret-access-key'))}`],
  ['aws-credentials', () => `aws_access_key_id = ${mark(provOf('aws-access-key-id'))}`],
  ['aws-env', () => `AWS_ACCESS_KEY_ID=${mark(provOf('aws-access-key-id'))} AWS_SECRET_ACCESS_KEY=${mark(provOf('aws-secret-access-key'))} AWS_REGION=${pick(REG)}`],
  ['aws-sts-json', () => `{"Credentials":{"AccessKeyId":"${mark(provOf('aws-access-key-id'))}","SecretAccessKey":"${mark(provOf('aws-secret-access-key'))}","Expiration":"${isoTs()}"}}`],
  ['gcp-service-account', () => `{"type":"service_account","project_id":"${pick(APPS)}-prod","private_key_id":"${hex(40)}","private_key":"${mark(pem('\n'), jsonE)}\\n","client_email":"svc@${pick(APPS)}-prod.iam.gserviceaccount.com"}`],
  ['dotenv-pem', () => `${pick(['PRIVATE_KEY', 'JWT_PRIVATE_KEY', 'GITHUB_APP_PRIVATE_KEY', 'SSH_KEY'])}="${mark(pem('\n'), jsonE)}"`],
  ['log-pem', () => `${isoTs()} DEBUG loaded key ${mark(pem('\\n'))} for tenant ${int(1, 99)}`],
  ['yaml-pem', () => `tls: {crt: /etc/tls/tls.crt, key: "${mark(pem('\n'), jsonE)}"}`],
  ['tf-heredoc-none', () => `  private_key = "${mark(pem('\n'), jsonE)}"`],
  // connection strings
  ['url-postgres', () => `${pick(['DATABASE_URL=', 'url: ', 'sqlalchemy.url = ', 'connecting to ', '"dsn":"'])}${pick(['postgres', 'postgresql', 'postgresql+psycopg2'])}://${pick(USERS)}:${mark(urlSafe(), pctE)}@${pick(HOSTS)}:5432/${db()}`.replace(/^("dsn":")(.*)$/, '{$1$2"}')],
  ['url-mysql', () => `${pick(['DATABASE_URL=', 'jdbc-url: ', 'dsn="'])}mysql://${pick(USERS)}:${mark(urlSafe(), pctE)}@${pick(HOSTS)}/${db()}?charset=utf8mb4`.replace(/^(dsn=")(.*)$/, '$1$2"')],
  ['url-mongodb', () => `${pick(['MONGO_URI=', 'mongoose.connect("', 'uri: ', 'error connecting to '])}mongodb${pick(['', '+srv'])}://${pick(USERS)}:${mark(urlSafe(), pctE)}@cluster0.${mixed(LOW + DIG, 5)}.mongodb.net/${db()}?retryWrites=true&w=majority`.replace(/^(mongoose.*)$/, '$1")')],
  ['url-redis', () => `${pick(['REDIS_URL=', 'broker_url = ', 'cache: '])}redis${pick(['', 's'])}://${pick(['', 'default'])}:${mark(conn(pick([hb, tk])()), pctE)}@${pick(HOSTS)}:6379/${int(0, 15)}`],
  ['url-amqp', () => `${pick(['CELERY_BROKER_URL=', 'amqp.uri=', 'Connecting to '])}amqp://${pick(USERS)}:${mark(urlSafe(), pctE)}@${pick(HOSTS)}:5672/%2F${db()}`],
  ['url-smtp', () => `${pick(['MAILER_DSN=', 'EMAIL_URL='])}smtp://${pick(['apikey', mail().replace('@', '%40')])}:${mark(conn(pick([hb, tk])()), pctE)}@${pick(['smtp.sendgrid.net', 'smtp.acme.io'])}:587`],
  ['url-proxy', () => `${pick(['http_proxy=', 'export HTTPS_PROXY=', 'Acquire::http::Proxy "', 'proxy='])}http://${pick(USERS)}:${mark(urlSafe(), pctE)}@proxy.corp.example:3128${''}`.replace(/^(Acquire.*)$/, '$1";')],
  ['url-ftp', () => `${pick(['wget ', 'lftp ', 'backup target: '])}${pick(['ftp', 'sftp', 'ftps'])}://${pick(USERS)}:${mark(urlSafe(), pctE)}@${pick(['ftp.example.org', 'backup.acme.io'])}/${pick(['incoming', 'dump.tar.gz', 'nightly/'])}`],
  ['url-ldap', () => `ldap.url=ldaps://cn=${pick(USERS)},dc=acme:${mark(conn(tk()), pctE)}@ldap.corp.example:636`.replace('cn=', '').replace(',dc=acme', '')],
  ['ado-net', () => `${pick(['"DefaultConnection": "', 'connectionString="', 'ConnectionStrings__Default=', 'var cs = "'])}Server=${pick(HOSTS)};Database=${db()};User Id=${pick(USERS)};Password=${mark(conn(pick([() => hb(), tk, words])()))};${pick(['Encrypt=True;', 'TrustServerCertificate=true;', 'MultipleActiveResultSets=True', ''])}`.replace(/^("Def.*|conn.*)$/, '$1"').replace(/^(var cs.*)$/, '$1";')],
  ['ado-net-log', () => `${isoTs()} fail: Microsoft.EntityFrameworkCore.Database.Connection[20004] An error occurred using connection 'Data Source=${pick(HOSTS)};Initial Catalog=${db()};uid=${pick(USERS)};pwd=${mark(conn(hb()))};Connect Timeout=30'`],
  ['odbc', () => `Driver={ODBC Driver 18 for SQL Server};Server=tcp:${pick(APPS)}.database.windows.net,1433;Database=${db()};Uid=${pick(USERS)};Pwd={${mark(conn(pick([hb, tk])()))}};Encrypt=yes;`],
  ['jdbc', () => `${pick(['jdbc.url=', 'spring.datasource.url=', '[main] INFO HikariPool - jdbcUrl='])}jdbc:${pick(['mysql', 'postgresql', 'mariadb'])}://${pick(HOSTS)}/${db()}?user=${pick(USERS)}&password=${mark(conn(pick([hb, tk, words])()), pctE)}${pick(['', '&useSSL=true', '&serverTimezone=UTC'])}`],
  ['jdbc-oracle', () => `jdbc:oracle:thin:${pick(USERS)}/${mark(conn(plain()))}@//${pick(HOSTS)}:1521/ORCLPDB1`],
  ['jdbc-sqlserver', () => `<property name="url" value="jdbc:sqlserver://${pick(HOSTS)}:1433;databaseName=${db()};user=sa;password=${mark(conn(hb()), xmlE)};encrypt=true"/>`],
  ['libpq', () => `${pick(['dsn = "', 'psycopg2.connect("', 'conninfo='])}host=${pick(HOSTS)} port=5432 dbname=${db()} user=${pick(USERS)} password=${mark(conn(pick([hb, tk, words])()))} sslmode=require`.replace(/^(dsn.*)$/, '$1"').replace(/^(psy.*)$/, '$1")')],
  ['go-mysql-dsn', () => `db, err := sql.Open("mysql", "${pick(USERS)}:${mark(conn(plain()))}@tcp(${pick(HOSTS)}:3306)/${db()}?parseTime=true")`],
  ['azure-storage-cs', () => `${pick(['AzureWebJobsStorage=', '"StorageConnection":"', ''])}DefaultEndpointsProtocol=https;AccountName=${pick(APPS)}prod;AccountKey=${mark(provOf('azure-storage-key'))};EndpointSuffix=core.windows.net`.replace(/^("Sto.*)$/, '$1"')],
  ['azure-servicebus-cs', () => `Endpoint=sb://${pick(APPS)}.servicebus.windows.net/;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=${mark({ raw: b64(32), kind: 'azure-servicebus-key', shape: 'base64-44', group: 'prefixed' })}`],
  ['azure-cosmos-cs', () => `COSMOS=AccountEndpoint=https://${pick(APPS)}.documents.azure.com:443/;AccountKey=${mark({ raw: b64(64), kind: 'azure-cosmos-key', shape: 'base64-88', group: 'prefixed' })};`],
  ['azure-sas', () => `PUT https://${pick(APPS)}prod.blob.core.windows.net/backups/db.bak?sv=2023-11-03&sr=c&sp=rwl&se=2026-12-31T00%3A00%3A00Z&sig=${mark({ raw: b64(32), kind: 'azure-sas-signature', shape: 'base64-44', group: 'prefixed' }, pctE)}`],
  // shell
  ['curl-user', () => `${pick(['$ ', '+ ', `  ${int(1, 999)}  `, ''])}curl ${pick(['-s ', '-X POST ', '-k ', ''])}-u ${pick(USERS)}:${mark(pick([hb, tk])())} https://${pick(APPS)}.acme.io/${pick(['api/v2/items', 'rest/api/2/issue', 'status'])}`],
  ['curl-user-quoted', () => `curl --user '${pick(USERS)}:${mark(hq(/'/), shS)}' https://${pick(APPS)}.acme.io/api`],
  ['curl-bearer', () => `${pick(['$ ', '+ ', ''])}curl -H "Authorization: Bearer ${mark(pick([jwtV, tk, anyTok])())}` + '"' + ` https://api.acme.io/v1/${pick(APPS)}`],
  ['curl-apikey', () => `curl -sS -H 'X-API-Key: ${mark(pick([tk, uuidKey])())}' https://${pick(APPS)}.acme.io/v${int(1, 3)}/export -o out.json`],
  ['curl-private-token', () => `curl --header "PRIVATE-TOKEN: ${mark(provOf('gitlab-token'))}" "https://gitlab.acme.io/api/v4/projects?per_page=100"`],
  ['curl-data-json', () => `curl -X POST https://auth.acme.io/login -d '{"username":"${pick(USERS)}","password":"${mark(hq(/['"\\]/), jsonE)}"}'`],
  ['curl-data-json-escaped', () => `curl -X POST https://auth.acme.io/login -d "{\\"username\\":\\"${pick(USERS)}\\",\\"password\\":\\"${mark(hb())}\\"}"`],
  ['curl-data-form', () => `curl -d 'grant_type=client_credentials&client_id=${pick(APPS)}&client_secret=${mark(tk(), pctE)}' https://id.acme.io/oauth2/token`],
  ['mysql-p', () => `${pick(['$ ', '+ ', `  ${int(1, 999)}  `, ''])}${pick(['mysql', 'mysqldump', 'mysqladmin', 'mariadb'])} -h ${pick(HOSTS)} -u${pick(['', ' '])}${pick(USERS)} -p${mark(hb())} ${db()}`],
  ['mysql-p-quoted', () => `${pick(['mysql', 'mysqldump'])} -u root -p'${mark(hq(/'/))}' ${db()} > /backup/${db()}.sql`],
  ['mysql-password-flag', () => `mysqldump --user=${pick(USERS)} --password=${mark(pick([hb, words])())} --single-transaction ${db()}`],
  ['psql-env', () => `${pick(['$ ', '+ ', ''])}PGPASSWORD=${mark(pick([hb, tk, words])())} ${pick(['psql', 'pg_dump', 'pg_restore'])} -h ${pick(HOSTS)} -U ${pick(USERS)} ${db()}`],
  ['sshpass', () => `sshpass -p ${mark(hb())} ${pick(['ssh', 'scp -r ./dist', 'rsync -a ./'])} ${pick(USERS)}@${ip()}`],
  ['sshpass-quoted', () => `sshpass -p '${mark(hq(/'/))}' ssh -o StrictHostKeyChecking=no ${pick(USERS)}@${ip()} uptime`],
  ['docker-login', () => `${pick(['$ ', '+ ', ''])}docker login -u ${pick(USERS)} -p ${mark(pick([hb, tk, () => provOf('docker-pat')])())} registry.acme.io`],
  ['docker-login-stdin', () => `+ echo ${mark(pick([tk, () => provOf('docker-pat')])())} | docker login --username ${pick(USERS)} --password-stdin`],
  ['redis-cli', () => `redis-cli -h ${pick(HOSTS)} -a ${mark(pick([hb, tk])())} ${pick(['ping', 'flushall', 'info memory'])}`],
  ['redis-conf', () => pick([() => `requirepass ${mark(pick([hb, tk, words])())}`, () => `masterauth ${mark(pick([hb, tk])())}`, () => `user ${pick(USERS)} on >${mark(plain())} ~* +@all`, () => `sentinel auth-pass mymaster ${mark(hb())}`])()],
  ['openssl-passin', () => `openssl ${pick(['rsa -in key.pem', 'pkcs12 -in cert.p12 -nodes'])} -passin pass:${mark(pick([hb, words])())}`],
  ['keytool', () => `keytool -importkeystore -srckeystore ${pick(APPS)}.p12 -srcstorepass ${mark(pick([plain, words])())} -destkeystore ${pick(APPS)}.jks`],
  ['htpasswd-cmd', () => `htpasswd -b${pick(['', 'c', 'B'])} /etc/nginx/.htpasswd ${pick(USERS)} ${mark(pick([hb, words])())}`],
  ['chpasswd', () => `echo '${pick(USERS)}:${mark(hq(/'/))}' | ${pick(['sudo ', ''])}chpasswd`],
  ['sudo-echo', () => `echo "${mark(hb())}" | sudo -S systemctl restart ${pick(APPS)}`],
  ['zip-p', () => `${pick(['7z a -p', 'zip -r -P '])}${mark(plain())} backup-${int(2020, 2026)}.zip /var/lib/${pick(APPS)}`],
  ['aws-configure', () => `aws configure set aws_secret_access_key ${mark(provOf('aws-secret-access-key'))} --profile ${pick(APPS)}`],
  ['az-login', () => `az login --service-principal -u ${uuid()} -p ${mark(provOf('azure-client-secret'))} --tenant ${uuid()}`],
  ['vault-write', () => `vault kv put secret/${pick(APPS)} ${pick(['db_password', 'api_key'])}=${mark(pick([hb, tk])())}`],
  ['gh-secret-set', () => `gh secret set ${pick(['NPM_TOKEN', 'DEPLOY_KEY', 'API_TOKEN'])} --body ${mark(anyTok())} --repo acme/${pick(APPS)}`],
  ['kubectl-create-secret', () => `kubectl create secret generic ${pick(APPS)}-db --from-literal=password=${mark(pick([hb, tk])())} -n ${pick(['prod', 'staging'])}`],
  ['kubectl-docker-secret', () => `kubectl create secret docker-registry regcred --docker-server=registry.acme.io --docker-username=${pick(USERS)} --docker-password=${mark(pick([hb, tk])())}`],
  ['history', () => `${String(int(1, 999)).padStart(5)}  export ${pick(['API_TOKEN', 'DB_PASSWORD', 'SECRET_KEY'])}=${mark(pick([tk, hb])())}`],
  ['zsh-history', () => `: ${int(1700000000, 1790000000)}:0;${pick(['twine upload -u __token__ -p ', 'influx auth --token ', 'sonar-scanner -Dsonar.token=', 'ngrok authtoken ', 'snyk auth --token='])}${mark(token())}${pick(['', ' dist/*', ' -v'])}`],
  ['mongosh', () => `mongosh --host ${pick(HOSTS)} -u ${pick(USERS)} -p ${mark(pick([hb, words])())} --authenticationDatabase admin`],
  ['smbclient', () => `smbclient //fs01/share -U ${pick(USERS)}%${mark(plain())} -c 'ls'`],
  ['mount-cifs', () => `//fs01/data /mnt/data cifs username=${pick(USERS)},password=${mark(plain())},vers=3.0 0 0`],
  ['winscp-netuse', () => `net use Z: \\\\fs01\\share ${mark(plain())} /user:CORP\\${pick(USERS)}`],
  ['net-user', () => `net user ${pick(USERS)} ${mark(plain())} /add`],
  ['powershell', () => `$${pick(['pw', 'secret', 'cred'])} = ConvertTo-SecureString "${mark(hq(/["$`\\]/))}" -AsPlainText -Force`],
  ['ps-aux', () => `${pick(USERS).slice(0, 8).padEnd(9)}${int(100, 99999)}  0.${int(0, 9)}  ${int(0, 9)}.${int(0, 9)} ${int(10000, 999999)} ${int(1000, 90000)} ?  Sl  ${pad(int(0, 23))}:${pad(int(0, 59))}   0:${pad(int(0, 59))} /usr/bin/${pick(['exporter', 'agent', 'worker'])} --db-user ${pick(USERS)} --db-password ${mark(pick([hb, tk])())} --listen :9104`],
  ['ldapsearch', () => `ldapsearch -x -D "cn=admin,dc=acme,dc=io" -w ${mark(pick([hb, words])())} -b dc=acme,dc=io uid=${pick(USERS)}`],
  ['nginx-auth-header', () => `    proxy_set_header Authorization "Basic ${mark(basic())}";`],
  ['nginx-auth-header', () => `    proxy_set_header ${pick(['X-Api-Key', 'X-Internal-Token'])} "${mark(tk())}";`],
  ['apache-requestheader', () => `RequestHeader set Authorization "Bearer ${mark(pick([jwtV, tk])())}"`],
  ['apache-directive', () => pick([() => `AuthLDAPBindPassword "${mark(hq(/["\\]/))}"`, () => `    SSLProxyMachinePass ${mark(hb())}`, () => `DBDParams "host=${pick(HOSTS)} user=${pick(USERS)} pass=${mark(plain())}"`].filter((_x, i) => i !== 1))()],
  ['postfix-sasl', () => `[smtp.acme.io]:587 ${mail()}:${mark(hb())}`],
  ['haproxy', () => `    user ${pick(USERS)} insecure-password ${mark(pick([hb, words])())}`],
  ['haproxy-stats', () => `    stats auth ${pick(USERS)}:${mark(plain())}`],
  ['dovecot', () => `connect = host=${pick(HOSTS)} dbname=mail user=${pick(USERS)} password=${mark(plain())}`],
  ['prometheus-yml', () => `    basic_auth: {username: ${pick(USERS)}, password: '${mark(hq(/'/))}'}`],
  ['wp-config', () => `define( '${pick(['AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY', 'AUTH_SALT', 'SECURE_AUTH_SALT', 'LOGGED_IN_SALT'])}', '${mark({ raw: mixed(ALNUM + '!@#%^*()_-+=[]{}|:,./?', 64), kind: 'wordpress-salt', shape: 'random-printable-64', group: 'generic' })}' );`],
  ['wp-config', () => `define( 'DB_PASSWORD', '${mark(pick([() => hq(/['\\]/), words])())}' );`],
  ['rails-credentials', () => `secret_key_base: ${mark({ raw: hex(128), kind: 'generic-secret', shape: 'hex128', group: 'generic' })}`],
  ['django-settings', () => `SECRET_KEY = '${pick(['', 'django-insecure-'])}${mark({ raw: mixed(LOW + DIG + '!@#%^&*(-_=+)', 50), kind: 'django-secret-key', shape: 'random-printable-50', group: 'generic' })}'`],
  ['laravel-env', () => `APP_KEY=${mark({ raw: 'base64:' + b64(32), kind: 'laravel-app-key', shape: 'base64-44', group: 'generic' })}`],
  // SQL
  ['sql-create-user', () => pick([() => `CREATE USER ${pick(USERS)} WITH PASSWORD '${mark(pick([() => human(false), words])(), sqlE)}';`, () => `CREATE USER '${pick(USERS)}'@'${pick(['%', 'localhost', '10.%'])}' IDENTIFIED BY '${mark(pick([() => hq(/\\/), words])(), sqlE)}';`, () => `create user if not exists ${pick(USERS)} identified with plaintext_password by '${mark(hq(/\\/), sqlE)}'`, () => `CREATE LOGIN [${pick(USERS)}] WITH PASSWORD = N'${mark(human(false), sqlE)}', CHECK_POLICY = ON;`, () => `CREATE USER ${pick(USERS)} IDENTIFIED BY "${mark(hq(/["\\]/))}" DEFAULT TABLESPACE users`])()],
  ['sql-alter', () => pick([() => `ALTER ROLE ${pick(USERS)} WITH LOGIN ${pick(['', 'ENCRYPTED '])}PASSWORD '${mark(pick([() => human(false), words])(), sqlE)}';`, () => `ALTER USER '${pick(USERS)}'@'localhost' IDENTIFIED WITH mysql_native_password BY '${mark(hq(/\\/), sqlE)}';`, () => `SET PASSWORD FOR '${pick(USERS)}'@'%' = PASSWORD('${mark(hq(/\\/), sqlE)}');`, () => `ALTER LOGIN sa WITH PASSWORD = '${mark(human(false), sqlE)}';`])()],
  ['sql-log', () => `${sqlTs()} UTC [${int(100, 9999)}] ${pick(USERS)}@${db()} LOG:  statement: ALTER USER ${pick(USERS)} PASSWORD '${mark(human(false), sqlE)}';`],
  ['sql-grant', () => `GRANT ALL PRIVILEGES ON ${db()}.* TO '${pick(USERS)}'@'%' IDENTIFIED BY '${mark(pick([() => hq(/\\/), words])(), sqlE)}';`],
  ['sql-insert', () => pick([() => `INSERT INTO api_keys (name, secret_key, created_at) VALUES ('${pick(APPS)}', '${mark(tk())}', '${sqlTs()}');`, () => `INSERT INTO settings (id, name, value) VALUES (${int(1, 99)}, '${pick(['smtp_password', 'stripe_secret_key', 'ldap.bind.password'])}', '${mark(pick([() => hq(/\\/), tk])(), sqlE)}');`, () => `INSERT INTO users (email, password) VALUES ('${mail()}', '${mark(hq(/\\/), sqlE)}')`, () => `UPDATE config SET api_token='${mark(tk())}' WHERE tenant_id=${int(1, 900)};`])()],
  ['sql-where', () => `SELECT id FROM users WHERE login='${pick(USERS)}' AND password='${mark(pick([() => hq(/\\/), words])(), sqlE)}' LIMIT 1`],
  ['sql-dblink', () => `SELECT * FROM dblink('host=${pick(HOSTS)} user=${pick(USERS)} password=${mark(plain())} dbname=${db()}', 'select 1') AS t(x int);`],
  ['sql-server-fdw', () => `CREATE USER MAPPING FOR ${pick(USERS)} SERVER remote OPTIONS (user '${pick(USERS)}', password '${mark(hq(/\\/), sqlE)}');`],
  ['sql-replication', () => `CHANGE MASTER TO MASTER_HOST='${ip()}', MASTER_USER='repl', MASTER_PASSWORD='${mark(hq(/\\/), sqlE)}', MASTER_LOG_POS=${int(4, 99999)};`],
  ['sql-s3-copy', () => `COPY ${db()} FROM 's3://acme/${db()}' CREDENTIALS 'aws_access_key_id=${mark(provOf('aws-access-key-id'))};aws_secret_access_key=${mark(provOf('aws-secret-access-key'))}' CSV;`],
  // HTTP
  ['http-authorization', () => `${pick(['> ', 'DEBUG urllib3 header: ', '', 'headers: '])}${pick(['Authorization', 'authorization', 'Proxy-Authorization'])}: ${pick([() => 'Basic ' + mark(basic()), () => 'Bearer ' + mark(pick([jwtV, tk, anyTok])()), () => 'Token ' + mark(T(hex(40), 'hex40')), () => 'ApiKey ' + mark(tk()), () => 'token ' + mark(provOf('github-token'))])()}`],
  ['http-header-json', () => `{"method":"GET","url":"https://api.acme.io/v1/${pick(APPS)}","headers":{"accept":"application/json","authorization":"Bearer ${mark(pick([jwtV, tk])())}","x-request-id":"${uuid()}"}}`],
  ['http-response-json', () => `{"access_token":"${mark(pick([jwtV, tk])())}","token_type":"Bearer","expires_in":3600,"refresh_token":"${mark(T(b64u(43), 'base64url-43'))}","scope":"openid profile"}`],
  ['webhook-url', () => `${pick(['SLACK_WEBHOOK_URL=', 'webhook: ', 'posting to ', 'curl -X POST -d @msg.json '])}${mark(slackHook())}`],
  ['webhook-url', () => `${pick(['DISCORD_WEBHOOK=', 'url: ', 'requests.post("'])}${mark(discordHook())}`.replace(/^(requests.*)$/, '$1", json=msg)')],
  ['telegram-url', () => `${isoTs()} POST https://api.telegram.org/bot${mark(provOf('telegram-bot-token'))}/sendMessage ${pick([200, 403])}`],
  // prose
  ['prose-email', () => { const v = pick([hb, hb, tk, words])(); return pick([
    () => `Hi ${cap(pick(USERS))}, the new password for the staging database is ${mark(v)} - please change it after the first login.`,
    () => `Hello team, I reset your account. Username: ${pick(USERS)} Password: ${mark(v)}`,
    () => `Dear customer, your temporary password is "${mark(v)}" and it is valid for 24 hours.`,
    () => `As discussed on the phone: login ${pick(USERS)}, password ${mark(v)} , VPN gateway vpn.acme.io`,
    () => `Wi-Fi for guests: network ACME-Guest, password: ${mark(v)}`,
    () => `Hallo ${cap(pick(USERS))}, das Passwort lautet ${mark(v)} (bitte nicht weitergeben).`,
    () => `Bonjour, le mot de passe est ${mark(v)} pour le compte ${pick(USERS)}.`,
    () => `Hola, la contraseña del servidor es ${mark(v)} y el usuario es ${pick(USERS)}`,
    () => `Olá, a senha do banco é ${mark(v)} e o usuário é ${pick(USERS)}`])(); }],
  ['prose-chat', () => pick([
    () => `[${pad(int(0, 23))}:${pad(int(0, 59))}] <${pick(USERS)}> try again with password ${mark(hb())}`,
    () => `${pick(USERS)}: the api key is ${mark(anyTok())} btw, don't share`,
    () => `@${pick(USERS)} use this token for the staging API: ${mark(anyTok())}`,
    () => `${pick(USERS)} ${pad(int(1, 12))}:${pad(int(0, 59))} PM: root pw is \`${mark(hb())}\` until ops rotates it`,
    () => `anyone know why the key ${mark(provOf(pick(['github-token', 'stripe-secret-key', 'openai-key', 'sendgrid-key'])))} gives me a 401?`])()],
  ['prose-commit', () => pick([
    () => `${hex(8).slice(0, 7)} temporarily hardcode the deploy token ${mark(anyTok())} until vault works`,
    () => `fix: use new SMTP password "${mark(hb())}" in mailer config`,
    () => `    Revert "set api key to ${mark(anyTok())}"`])()],
  ['prose-ticket', () => pick([
    () => `OPS-${int(100, 9999)}: Customer pasted the secret ${mark(provOf(pick(['stripe-secret-key', 'github-token', 'gitlab-token', 'slack-bot-token'])))} in the form; please rotate.`,
    () => `[SUP-${int(100, 9999)}] Steps to reproduce: log in as ${pick(USERS)} with the password '${mark(hq(/'/))}' and open Reports.`,
    () => `Ticket #${int(1000, 99999)} comment: connect with user ${pick(USERS)} and password ${mark(pick([hb, words])())}`,
    () => `Note: client secret rotated to ${mark(tk())} on ${sqlTs().slice(0, 10)}, old one revoked.`])()],
  ['prose-log', () => pick([
    () => `${isoTs()} ERROR login failed for user '${pick(USERS)}' with password '${mark(hq(/'/))}'`,
    () => `${sysTs()} web01 app[${int(100, 9999)}]: authentication attempt user=${pick(USERS)} using password "${mark(hq(/["\\]/))}" rejected`,
    () => `${sqlTs()} WARN Invalid API key: ${mark(tk())} from ${ip()}`.replace('Invalid API key', 'Using default API key'),
    () => `${sqlTs()} INFO Generated admin password: ${mark(pick([hb, () => T(mixed(ALNUM, int(12, 20)), 'alnum-12-20', 'generic-password')])())}`,
    () => `Using generated security password: ${mark(uuidKey())}`,
    () => `${isoTs()} [setup] Your initial admin password is ${mark(T(hex(32), 'hex32', 'generic-password'))}`,
    () => `${isoTs()} debug decrypted client secret = ${mark(tk())} (kid=${hex(8)})`])()],
  // tables
  ['md-table-creds', () => `| ${pick(HOSTS)} | ${pick(USERS)} | password: \`${mark(hq(/[`|\\]/))}\` | ${sqlTs().slice(0, 10)} |`],
  ['csv-users', () => `user=${pick(USERS)},email=${mail()},password=${mark(plain())},active=1`],
  ['csv-login-export', () => `"https://${pick(APPS)}.acme.io/login","username: ${pick(USERS)}","password: ${mark(hq(/["\\]/))}"`],
  ['html-code', () => `<p>Your API key is <code>${mark(anyTok())}</code>. Keep it secret.</p>`],
  ['html-mail', () => `<p>Username: <b>${pick(USERS)}</b><br/>Password: <b>${mark(human(false), xmlE)}</b></p>`],
  ['html-meta', () => `<meta name="api-key" content="${mark(tk())}">`],
  ['js-minified', () => `!function(e,t){var n={apiBase:"/v1",apiKey:"${mark(tk())}",retries:3};e.init=function(){return t.fetch(n.apiBase,{headers:{"x-api-key":n.apiKey}})}}(window,window.App);`],
  ['xml-soap', () => `<soapenv:Header><wsse:Security><wsse:UsernameToken><wsse:Username>${pick(USERS)}</wsse:Username><wsse:Password Type="PasswordText">${mark(human(false), xmlE)}</wsse:Password></wsse:UsernameToken></wsse:Security></soapenv:Header>`],
  ['xml-soap-escaped', () => `${isoTs()} DEBUG request: &lt;login&gt;&lt;user&gt;${pick(USERS)}&lt;/user&gt;&lt;password&gt;${mark(hb())}&lt;/password&gt;&lt;/login&gt;`],
  ['cisco-like-none', () => `set system login user ${pick(USERS)} authentication plain-text-password-value "${mark(hq(/["\\]/))}"`],
  ['tomcat-users', () => `  <user username="${pick(USERS)}" password="${mark(pick([() => human(false), words])(), xmlE)}" roles="manager-gui,admin-gui"/>`],
  ['phpmyadmin', () => `$cfg['Servers'][$i]['password'] = '${mark(pick([() => hq(/['\\]/), words])())}';`],
  ['java-drivermanager', () => `Connection c = DriverManager.getConnection("jdbc:mysql://${pick(HOSTS)}/${db()}", "${pick(USERS)}", "${mark(human(false), jsonE)}"); // password`],
  ['python-requests-auth', () => `r = requests.get(url, auth=("${pick(USERS)}", "${mark(human(false), dqE)}"))`],
  ['smtplib', () => `server.login("${mail()}", "${mark(pick([() => human(false), () => T(str(LOW, 16), 'app-password')])(), dqE)}")`],
  ['go-auth', () => `req.Header.Set("Authorization", "Bearer ${mark(pick([tk, jwtV])())}")`],
  ['go-basicauth', () => `\treq.SetBasicAuth("${pick(USERS)}", "${mark(human(false), dqE)}")`],
  ['csharp-netcred', () => `var cred = new NetworkCredential("${pick(USERS)}", "${mark(human(false), dqE)}", "CORP");`],
  ['two-users', () => `users: [{name: ${pick(USERS)}, password: "${mark(hq(/["\\]/))}"}, {name: ${pick(USERS)}2, password: "${mark(hq(/["\\]/))}"}]`],
  ['old-new', () => `{"event":"password_change","user":"${pick(USERS)}","old_password":"${mark(human(false), jsonE)}","new_password":"${mark(human(false), jsonE)}"}`],
  ['rails-params', () => `Parameters: {"utf8"=>"✓", "user"=>{"email"=>"${mail()}", "password"=>"${mark(hq(/["\\#]/))}"}, "commit"=>"Sign in"}`],
  ['twilio-pair', () => `twilio: {account_sid: AC${hex(32)}, auth_token: ${mark({ raw: hex(32), kind: 'twilio-auth-token', shape: 'hex32', group: 'generic' })}}`],
  ['oauth-pair', () => `client_id=${int(10 ** 11, 10 ** 12 - 1)}-${mixed(LOW + DIG, 32)}.apps.googleusercontent.com client_secret=${mark(provOf('gcp-oauth-secret'))}`],
];

// ---------------------------------------------------------------- free forms without secrets
const sha1 = (): string => hex(40), sha256 = (): string => hex(64);
const NEG: [string, string, () => string][] = [
  ['token-log', 'prose-log', () => `${isoTs()} ${pick(['INFO', 'WARN', 'ERROR'])} ${pick(['token expired for user ' + pick(USERS), 'refresh token rotated for client ' + pick(APPS), 'invalid token: signature mismatch (kid=' + hex(8) + ')', 'access token issued sub=' + int(100, 9999) + ' exp=' + int(1700000000, 1790000000), 'api key ' + uuid() + ' (id) disabled by ' + mail(), 'password changed for user id ' + int(1, 99999), 'password authentication failed for user "' + pick(USERS) + '"', 'secret ' + pick(APPS) + '/db not found in namespace prod', 'credential cache miss, fetching from provider', 'CSRF token missing or incorrect', 'token bucket depleted: tokens=0 refill=10/s', 'unexpected token } in JSON at position ' + int(1, 900), 'private key permissions 0644 are too open', 'signing key rotated, next rotation in 90d', 'no password supplied', 'password is too short (minimum is 12 characters)', 'secret scanning found 0 results', 'webhook secret mismatch, ignoring event ' + uuid(), 'SASL authentication error: bad password'])}`],
  ['token-count', 'json-log', () => `{"model":"gpt-4o","usage":{"prompt_tokens":${int(10, 9000)},"completion_tokens":${int(1, 4000)},"total_tokens":${int(10, 13000)}},"max_tokens":${pick([256, 1024, 4096])}}`],
  ['sshd', 'syslog3164', () => `${sysTs()} ${pick(['web01', 'bastion'])} sshd[${int(100, 32000)}]: ${pick([`Failed password for ${pick(['', 'invalid user '])}${pick(USERS)} from ${ip()} port ${int(1024, 65000)} ssh2`, `Accepted publickey for ${pick(USERS)} from ${ip()} port ${int(1024, 65000)} ssh2: ED25519 SHA256:${str(B64, 43)}`, `Accepted password for ${pick(USERS)} from ${ip()} port ${int(1024, 65000)} ssh2`, `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${ip()}  user=${pick(USERS)}`])}`],
  ['sql-ddl', 'sql-ddl', () => pick([`CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL, password varchar(255) NOT NULL, api_token char(40), created_at timestamptz);`, `ALTER TABLE accounts ADD COLUMN ${pick(['password_hash', 'secret_key', 'reset_token', 'api_key'])} ${pick(['varchar(128)', 'text', 'bytea', 'char(64) DEFAULT NULL'])};`, `  \`password\` varchar(${pick([60, 100, 255])}) COLLATE utf8mb4_unicode_ci NOT NULL,`, `CREATE UNIQUE INDEX idx_${pick(APPS)}_api_key ON ${pick(APPS)} (api_key);`, ` password      | character varying(255)      |           | not null | `, `SELECT id, email, password FROM users WHERE email = $1 AND reset_token = ?`, `UPDATE users SET password = crypt($1, gen_salt('bf')) WHERE id = $2`, `INSERT INTO tokens (user_id, token, expires_at) VALUES (?, ?, ?)`, `DROP USER IF EXISTS '${pick(USERS)}'@'localhost';`, `ALTER ROLE ${pick(USERS)} VALID UNTIL 'infinity' PASSWORD NULL;`, `CREATE USER ${pick(USERS)} IDENTIFIED WITH auth_socket;`, `t.string :${pick(['password_digest', 'auth_token', 'api_key'])}, null: false, limit: ${pick([64, 255])}`, `GRANT SELECT ON secrets TO ${pick(USERS)};`, `ALTER USER ${pick(USERS)} PASSWORD '<REDACTED>'`, `-- password column is bcrypt, cost 12`, `CREATE USER 'svc'@'%' IDENTIFIED BY '\${DB_PASSWORD}';`])],
  ['openapi', 'openapi', () => pick([`        password: {type: string, format: password, minLength: ${int(6, 14)}}`, `"api_key":{"type":"apiKey","name":"${pick(['X-API-Key', 'apikey'])}","in":"${pick(['header', 'query'])}"}`, `      bearerAuth: {type: http, scheme: bearer, bearerFormat: JWT}`, `"token":{"type":"string","description":"The refresh token","maxLength":512,"nullable":${pick(['true', 'false'])}}`, `          tokenUrl: https://auth.acme.io/oauth2/token`, `"client_secret":{"type":"string","writeOnly":true,"example":"your-client-secret"}`, `  required: [username, password, ${pick(['otp', 'captchaToken', 'clientId'])}]`])],
  ['type-decl', 'code-types', () => pick([`export interface Credentials { username: string; password: string; token?: string }`, `  password: string | null;`, `public String getPassword() { return password; }`, `func (c *Config) Token() string { return c.token }`, `    private String clientSecret;`, `  final String? apiKey;`, `def authenticate(username: str, password: str, token: Optional[str] = None) -> bool:`, `fn verify_token(token: &str, secret: &SecretString) -> Result<Claims, AuthError> {`, `type ApiKey = Brand<string, 'ApiKey'>;`, `    Password    string \`json:"password,omitempty" yaml:"password"\``, `val passwordField: TextField = binding.passwordInput`, `const { password, confirmPassword } = useForm<PasswordForm>();`, `@Value("\${app.jwt.secret}") private String jwtSecret;`, `if (password !== confirmPassword) throw new ValidationError('password_mismatch');`, `assert len(token) == TOKEN_LENGTH`, `secret := os.Getenv("${VARN()}")`, `password = getpass.getpass("Password: ")`, `readonly secretName: pulumi.Output<string>;`, `token: ${'${{ secrets.GITHUB_TOKEN }}'}`, `attr_encrypted :api_secret, key: :encryption_key`, `apiKey = config.apiKey ?? process.env.API_KEY;`, `String password = request.getParameter("password");`, `password_hash($plain, PASSWORD_BCRYPT, ['cost' => 12]);`, `var token = HttpContext.Session.GetString("AuthToken");`, `token = self.tokenizer.encode(text, add_special_tokens=True)`, `for (const token of tokens) { if (token.type === TokenType.Identifier) next(token); }`, `private static final Pattern SECRET = Pattern.compile("(?i)secret[_-]?key");`, `key = lambda item: item.sort_key`, `Map<String, ApiKeyEntity> keyById = keys.stream().collect(toMap(ApiKeyEntity::getId, identity()));`])],
  ['uuid', 'ids', () => pick([`request_id=${uuid()} session=${uuid()} status=${pick([200, 401, 404])} path=/api/tokens`, `{"id":"${uuid()}","type":"api_key","status":"active","created_by":"${mail()}"}`, `Deleted secret version ${uuid()} (state AWSPREVIOUS)`, `correlation-id: ${uuid()}`, `tenant ${uuid()} has 3 keys`, `Idempotency-Key: ${uuid()}`])],
  ['git-sha', 'git', () => pick([`commit ${sha1()}`, `${sha1().slice(0, 7)}..${sha1().slice(0, 7)}  main -> main`, `${sha1()} refs/heads/feature/api-key-rotation`, `index ${sha1().slice(0, 7)}..${sha1().slice(0, 7)} 100644`, `Merge ${sha1().slice(0, 10)} into ${sha1().slice(0, 10)}: rotate signing keys`, `gitCommit: ${sha1()}`, `GIT_COMMIT=${sha1()} BUILD_TAG=jenkins-${pick(APPS)}-${int(1, 900)}`])],
  ['digest', 'digest', () => pick([`docker.io/library/postgres@sha256:${sha256()}`, `Image ID: docker-pullable://acme/${pick(APPS)}@sha256:${sha256()}`, `${sha256()}  ${pick(APPS)}-${int(1, 9)}.${int(0, 9)}.tar.gz`, `ETag: "${hex(32)}"`, `"integrity": "sha512-${b64(64)}"`, `      integrity sha512-${b64(64)}`, `checksum = "${sha256()}"`, `golang.org/x/crypto v0.${int(1, 30)}.0 h1:${b64(32)}`, `    --hash=sha256:${sha256()} \\`, `md5(${pick(APPS)}.sql) = ${hex(32)}`, `x-amz-content-sha256: ${sha256()}`, `Content-MD5: ${b64(16)}`, `layer ${sha256().slice(0, 12)}: Pull complete`, `"sha1": "${sha1()}", "path": "lib/token.js"`])],
  ['trace-id', 'trace', () => pick([`traceparent: 00-${hex(32)}-${hex(16)}-01`, `trace_id=${hex(32)} span_id=${hex(16)} GET /oauth/token 200 ${int(1, 900)}ms`, `X-B3-TraceId: ${hex(32)}`, `X-Amzn-Trace-Id: Root=1-${hex(8)}-${hex(24)};Parent=${hex(16)};Sampled=1`, `{"traceId":"${hex(32)}","spanId":"${hex(16)}","msg":"token validated"}`])],
  ['public-key', 'public-key', () => pick([`ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ${str(B64, 340)} ${mail()}`, `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${str(B64, 43)} deploy@${pick(APPS)}`, `256 SHA256:${str(B64, 43)} ${mail()} (ED25519)`, `-----BEGIN PUBLIC KEY-----\\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE${str(B64, 86)}==\\n-----END PUBLIC KEY-----`, `PublicKey = ${b64(32)}`, `{"kty":"EC","crv":"P-256","kid":"${b64u(22)}","x":"${b64u(43)}","y":"${b64u(43)}","use":"sig"}`, `{"kty":"RSA","alg":"RS256","n":"${b64u(342)}","e":"AQAB","kid":"${hex(40)}"}`, `gpg: key ${hex(16).toUpperCase()}: public key "Ops <${mail()}>" imported`, `-----BEGIN CERTIFICATE-----\\nMIID${str(B64, 252)}\\n-----END CERTIFICATE-----`, `Key fingerprint = ${Array.from({ length: 10 }, () => str('0123456789ABCDEF', 4)).join(' ')}`])],
  ['arn', 'cloud-ids', () => pick([`arn:aws:kms:${pick(REG)}:${int(10 ** 11, 10 ** 12 - 1)}:key/${uuid()}`, `arn:aws:iam::${int(10 ** 11, 10 ** 12 - 1)}:role/${pick(APPS)}-secrets-reader assumed by ${pick(USERS)}`, `secret_arn = "arn:aws:secretsmanager:${pick(REG)}:${int(10 ** 11, 10 ** 12 - 1)}:secret:prod/${pick(APPS)}-${mixed(ALNUM, 6)}"`, `projects/${pick(APPS)}-prod/locations/global/keyRings/main/cryptoKeys/signing/cryptoKeyVersions/${int(1, 9)}`, `/subscriptions/${uuid()}/resourceGroups/${pick(APPS)}/providers/Microsoft.KeyVault/vaults/kv-${pick(APPS)}`, `_id: ObjectId("${hex(24)}"), tokenVersion: ${int(1, 9)}`, `instance i-${hex(17)} vpc-${hex(17)} sg-${hex(8)}`])],
  ['k8s-ref', 'yaml', () => pick([`              secretKeyRef: {name: ${pick(APPS)}-db, key: password}`, `  secretName: ${pick(APPS)}-tls`, `      imagePullSecrets: [{name: regcred}]`, `        - secretRef: {name: ${pick(APPS)}-env}`, `  existingSecretPasswordKey: postgres-password`, `kind: Secret`, `    automountServiceAccountToken: false`, `      - name: API_TOKEN`, `  remoteRef: {key: prod/${pick(APPS)}, property: client_secret}`, `apiVersion: external-secrets.io/v1beta1`, `  type: kubernetes.io/service-account-token`, `valueFrom: { secretKeyRef: { key: api-key, name: ${pick(APPS)}-secrets, optional: true } }`, `  tokenSecretRef: {name: vault-token, key: token}`])],
  ['kubectl', 'kubectl', () => pick([`${pick(APPS)}-db-credentials   Opaque   ${int(1, 9)}   ${int(1, 400)}d`, `default-token-${mixed(LOW + DIG, 5)}   kubernetes.io/service-account-token   3   ${int(1, 400)}d`, `secret/${pick(APPS)}-api-key created`, `NAME                  TYPE                             DATA   AGE`, `password:  ${int(8, 40)} bytes`, `api-token:     ${int(16, 64)} bytes`, `  DB_PASSWORD:  <set to the key 'password' in secret '${pick(APPS)}-db'>  Optional: false`, `Mounts: /var/run/secrets/kubernetes.io/serviceaccount from kube-api-access-${mixed(LOW + DIG, 5)} (ro)`])],
  ['shell-safe', 'shell', () => pick([`$ mysql -u root -p`, `mysqldump -h ${pick(HOSTS)} -u ${pick(USERS)} -p"$MYSQL_PASSWORD" ${db()} > dump.sql`, `curl -u "$USER:$TOKEN" https://api.acme.io/v1/${pick(APPS)}`, `curl -H "Authorization: Bearer \${ACCESS_TOKEN}" https://api.acme.io/`, `curl -H "Authorization: token $GITHUB_TOKEN" https://api.github.com/user`, `docker login -u ${pick(USERS)} --password-stdin registry.acme.io < ~/.docker-pass`, `PGPASSWORD=$(vault kv get -field=password secret/${pick(APPS)}) psql -h ${pick(HOSTS)} ${db()}`, `ssh -i ~/.ssh/id_ed25519 ${pick(USERS)}@${ip()}`, `gpg --batch --passphrase-file /etc/${pick(APPS)}/pp --decrypt dump.gpg`, `+ aws secretsmanager get-secret-value --secret-id prod/${pick(APPS)} --query SecretString`, `read -s -p "Password: " PASSWORD`, `openssl rand -base64 32 > /etc/${pick(APPS)}/session.key`, `ssh-keygen -t ed25519 -C ${mail()} -f ~/.ssh/deploy_key`, `export API_KEY="\${API_KEY:?must be set}"`, `unset AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN`, `kubectl get secret ${pick(APPS)}-db -o jsonpath='{.data.password}' | base64 -d`, `export GITHUB_TOKEN=$(gh auth token)`, `htpasswd -c /etc/nginx/.htpasswd ${pick(USERS)}`, `sudo passwd ${pick(USERS)}`, `az keyvault secret show --vault-name kv-${pick(APPS)} --name db-password --query value -o tsv`, `sshpass -e ssh ${pick(USERS)}@${ip()}`, `redis-cli -a "$REDIS_PASS" ping`, `docker run -e POSTGRES_PASSWORD -p 5432:5432 postgres:16`, `echo "$NPM_TOKEN" | npm login`, `psql -U ${pick(USERS)} -W ${db()}`])],
  ['url', 'urls', () => pick([`https://${pick(APPS)}.acme.io/users/password/edit?locale=de`, `GET /oauth2/token?grant_type=client_credentials HTTP/1.1`, `postgres://${pick(HOSTS)}:5432/${db()}?sslmode=require`, `redis://${pick(HOSTS)}:6379/0`, `amqp://guest@${pick(HOSTS)}:5672/`, `postgresql://${pick(USERS)}:***@${pick(HOSTS)}/${db()}`, `mysql://${pick(USERS)}:\${DB_PASS}@${pick(HOSTS)}/${db()}`, `mongodb://<user>:<password>@${pick(HOSTS)}/${db()}`, `https://github.com/acme/${pick(APPS)}/security/secret-scanning`, `ssh://git@github.com:22/acme/${pick(APPS)}.git`, `jdbc:postgresql://${pick(HOSTS)}:5432/${db()}?currentSchema=auth`, `Server=${pick(HOSTS)};Database=${db()};Integrated Security=True;`, `https://accounts.google.com/o/oauth2/v2/auth?client_id=${int(10 ** 11, 10 ** 12 - 1)}-${mixed(LOW + DIG, 32)}.apps.googleusercontent.com&response_type=code&scope=openid`, `POST /api/v1/password-reset/request 202 ${int(1, 300)}ms`, `https://x-access-token:\${{ github.token }}@github.com/acme/${pick(APPS)}.git`, `amqp://user:****@${pick(HOSTS)}:5672/%2F`])],
  ['prose', 'prose', () => pick(L(`Please reset your password using the link in the previous mail; it expires in 30 minutes.
   We never ask for your password by e-mail or phone.
   The API key must be sent in the X-API-Key header with every request.
   Store the client secret in the vault and reference it from the chart values.
   Tokens are valid for one hour; use the refresh token endpoint to get a new one.
   I forgot my password again, could you please send me a reset link?
   The secret to good coffee is fresh beans, said the barista.
   Can someone rotate the signing key? It is due on Friday.
   Password policy: at least 12 characters, one digit, one symbol.
   The key idea is that each token is counted once per window.
   fix: do not log the authorization header when the token is invalid
   feat(auth): add passphrase prompt for encrypted private keys
   docs: explain how to create a personal access token
   refactor: rename apiKey to credential in the config loader
   Das Passwort muss mindestens zwölf Zeichen lang sein und wird nie im Klartext gespeichert.
   Le mot de passe doit contenir au moins huit caractères.
   La contraseña se ha restablecido correctamente; revise su correo.
   A senha expira em dez dias, altere-a no portal.
   Your password is about to expire, please change it at the portal before Monday.
   The password is stored as a bcrypt hash and is never logged.
   password for the account is managed by the identity team
   Token is required to call this endpoint, see the developer guide.
   My password is not working since the last update, the form says invalid credentials.
   The secret is mounted at /run/secrets/db_password inside the container.
   Is the webhook secret shared between staging and production, or separate?
   use the shared password from the vault, entry "staging database"
   Security review: passwords in plain text are not allowed in configuration files.
   He kept the key under the doormat and the secret to himself.
   If the token was leaked, revoke it at once and inform the security team.
   Changed the authentication method from password to public key on all hosts.
   Please do not paste API keys or passwords in this channel.
   what's the token limit of this model? 128k?
   Passphrase prompts are disabled in batch mode, use the agent.
   The auth token header was renamed from X-Token to Authorization.
   password reset mails are delayed, the mail queue is stuck
   The license key field is optional in the community edition.`)) + pick(['', '', ` (${pick(['OPS', 'SEC', 'SUP'])}-${int(100, 9999)})`, ` -- ${pick(USERS)}`, ` [${sqlTs()}]`])],
  ['minified', 'minified-js', () => `!function(e,t){"object"==typeof exports?module.exports=t():e.${str(LOW, 2)}=t()}(this,function(){var ${str(LOW, 1)}={${str(LOW, 2)}:${int(1, 999)},token:null,password:function(e){return e.length>${int(6, 12)}}};return ${str(LOW, 1)}.${str(LOW, 2)}=function(n){for(var r=0;r<n;r++)t.push(e[r]^${int(1, 255)})},key:${str(LOW, 1)}.charCodeAt(${int(0, 9)})});`],
  ['base64-image', 'data-uri', () => pick([`<img alt="logo" src="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA${str(B64, int(200, 600))}=="/>`, `background: url(data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP${str(B64, int(60, 200))}) no-repeat;`, `avatar=data:image/jpeg;base64,/9j/4AAQSkZJRgABAQ${str(B64, int(200, 500))}`, `"icon":"data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmci${str(B64, int(100, 300))}"`])],
  ['html-label', 'html', () => pick([`<label for="password">${pick(['Password', 'Passwort', 'Mot de passe', 'Contraseña', 'Senha'])}</label>`, `<input type="password" name="password" placeholder="Enter your password" autocomplete="current-password" required>`, `<a href="/password/reset">Forgot your password?</a>`, `<input type="hidden" name="token_type" value="bearer">`, `<button data-action="copy-api-key" aria-label="Copy API key">Copy</button>`, `<td class="secret-mask">••••••••••</td>`, `<string name="prompt_password">Password (optional)</string>`, `<option value="api_key">API key</option>`, `<th>Token</th><th>Created</th><th>Last used</th>`, `<form id="login" action="/auth/token" method="post" data-key="login-form">`])],
  ['i18n', 'i18n', () => pick([`"password.required": "${pick(['Please enter a password', 'Passwort erforderlich', 'Le mot de passe est requis'])}",`, `auth.token.expired=Your token has expired. Please sign in again.`, `msgid "Enter the secret key shown in your authenticator app"`, `msgstr "Gib dein aktuelles Passwort ein"`, `  api_key: "API key"`, `errors.password.too_short=Password must have at least {0} characters`, `"secretKey": "Secret key",`, `login_password_label = Password`, `PASSWORD_MISMATCH: 'The passwords do not match'`, `"token": "Token",`, `password: Passwort`, `passphrase: "Passphrase (optional)"`])],
  ['lockfile', 'lockfile', () => pick([`"resolved": "https://registry.npmjs.org/jsonwebtoken/-/jsonwebtoken-9.0.${int(0, 2)}.tgz",`, `    {file = "cryptography-4${int(0, 9)}.0.${int(0, 9)}.tar.gz", hash = "sha256:${sha256()}"},`, `"shasum": "${sha1()}",`, `  secret-service 3.${int(0, 9)}.0 registry+https://github.com/rust-lang/crates.io-index`, `"content-hash": "${hex(32)}",`, `api_key_auth (${int(0, 3)}.${int(0, 9)}.${int(0, 9)})`, `/@types/passport-jwt@3.0.${int(1, 9)}: resolution: {integrity: sha512-${b64(64)}}`])],
  ['ids', 'ids', () => pick([`nextPageToken=${b64u(int(24, 60))} pageSize=${pick([50, 100])}`, `{"cursor":"${b64(24)}","has_more":true}`, `cus_${mixed(ALNUM, 14)} pi_${mixed(ALNUM, 24)} succeeded amount=${int(100, 90000)}`, `message-id: <${b64u(24)}@${pick(APPS)}.acme.io>`, `X-Request-Id: ${b64u(22)}`, `account_sid=AC${hex(32)} message_sid=SM${hex(32)}`, `client_id=${int(10 ** 11, 10 ** 12 - 1)}-${mixed(LOW + DIG, 32)}.apps.googleusercontent.com`, `project_id: ${hex(24)} measurement_id: G-${mixed(UP + DIG, 10)}`, `x-amz-request-id: ${mixed(UP + DIG, 16)} x-amz-id-2: ${b64(56)}`])],
  ['aws-example', 'example-key', () => pick([`aws_access_key_id = AKIAIOSFODNN7EXAMPLE`, `AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY`, `export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE`, `Authorization: Bearer <token>`, `Authorization: Basic <base64(user:password)>`, `Authorization: Bearer YOUR_ACCESS_TOKEN`, `//registry.npmjs.org/:_authToken=\${NPM_TOKEN}`, `machine api.example.com login <user> password <password>`, `-----BEGIN RSA PRIVATE KEY----- (omitted)`, `SECRET_KEY=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx`, `password: "********"`, `https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX`, `token: ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx`, `STRIPE_SECRET_KEY=sk_live_...`, `api_key = "<YOUR API KEY>"`, `OPENAI_API_KEY=sk-...`])],
  ['policy', 'json', () => `{"Effect":"Allow","Action":["secretsmanager:GetSecretValue","kms:Decrypt"],"Resource":"arn:aws:secretsmanager:${pick(REG)}:${int(10 ** 11, 10 ** 12 - 1)}:secret:${pick(APPS)}/*"}`],
  ['http-auth', 'http', () => pick([`WWW-Authenticate: Bearer realm="${pick(APPS)}", error="invalid_token", error_description="The access token expired"`, `WWW-Authenticate: Digest realm="${pick(APPS)}", qop="auth", nonce="${hex(32)}", opaque="${hex(32)}"`, `Proxy-Authenticate: Basic realm="corp"`, `Access-Control-Allow-Headers: Authorization, X-API-Key, Content-Type`, `{"error":"invalid_client","error_description":"Client authentication failed: unknown client secret"}`, `authorization: Bearer [redacted]`, `Authorization: Basic ********`, `{"token_type":"Bearer","expires_in":3600,"scope":"read write","issued_token_type":"urn:ietf:params:oauth:token-type:access_token"}`])],
  ['cef-auth', 'cef', () => `CEF:0|Acme|IdP|2.${int(0, 9)}|${int(100, 200)}|${pick(['Password changed', 'Token revoked', 'API key created', 'Secret accessed'])}|${int(1, 9)}|src=${ip()} suser=${pick(USERS)} outcome=${pick(['success', 'failure'])} cs1Label=keyId cs1=${uuid()} msg=${pick(['Password expired', 'Token lifetime 3600', 'Credential rotated'])}`],
  ['syslog5424', 'syslog5424', () => `<${int(8, 190)}>1 ${isoTs()} idp01 auth ${int(100, 9999)} - [audit@32473 event="${pick(['password_reset', 'token_refresh', 'api_key_revoked'])}" user="${pick(USERS)}" tokenId="${uuid()}" method="${pick(['password', 'totp', 'webauthn'])}"] done`],
];

// ---------------------------------------------------------------- assembly
const many = <F extends readonly unknown[]>(a: F[], w: (f: F) => number): F[] => a.flatMap((f) => Array.from({ length: w(f) }, () => f));
const POSW = many(POS, (f) => (/^prose-/.test(f[0]) ? 9 : /^sql-(create|alter|insert)/.test(f[0]) ? 5 : /^(curl|http-auth|redis-conf|url-|jdbc|ado)/.test(f[0]) ? 2 : 1));
const NEGW = many(NEG, (f) => (/^(prose|type-decl|shell-safe|sql-ddl|url|token-log)$/.test(f[0]) ? 3 : /^(aws-example|http-auth|i18n|html-label|openapi|k8s-ref)$/.test(f[0]) ? 2 : 1));
type Out = { line: string; secrets: { kind: string; start: number; end: number }[]; kind?: string; group?: string; class?: string; ctx: string; shape: string; shapes?: string[]; id: string };
const outs: Out[] = []; const plantedOut: { id: string; i: number; raw: string }[] = []; const seen = new Set<string>();
function wrap(line: string, ctx: string): string {
  if (!chance(0.1) || /syslog|cef|leef|json|query|prose|pgpass|netrc|history|log/.test(ctx)) return line;
  return pick([() => `${isoTs()} [${pick(['deploy', 'init', 'render'])}] `, () => `${pick(APPS)}-${mixed(LOW + DIG, 5)} | `, () => `${sysTs()} build01 ci[${int(100, 9999)}]: `, () => `${pick(['config', 'settings', 'app'])}.${pick(['bak', 'conf', 'txt'])}:${int(1, 300)}:`, () => `#${int(1, 30)} ${int(0, 9)}.${int(100, 999)} `])() + line;
}
function strip(marked: string): { line: string; spans: { i: number; start: number; end: number }[] } {
  let line = ''; const spans: { i: number; start: number; end: number }[] = []; let cur = -1, from = 0;
  for (const ch of marked) { const c = ch.charCodeAt(0);
    if (c >= OPEN && c < OPEN + 64) { cur = c - OPEN; from = line.length; } else if (ch === CLOSE) { spans.push({ i: cur, start: from, end: line.length }); cur = -1; } else line += ch; }
  return { line, spans };
}
let nid = 0; const id = (): string => `g12-${SEED}-${String(++nid).padStart(5, '0')}`;
let made = 0;
while (made < NPOS) {
  planted = [];
  let line: string, ctx: string;
  if (chance(0.56)) { const r = kvPositive(); line = r.line; ctx = r.ctx; } else { const f = pick(POSW); ctx = f[0]; line = f[1](); }
  const r = strip(wrap(line, ctx));
  if (seen.has(r.line) || /[\ue000-\uf8ff\n]/.test(r.line)) continue;
  if (r.spans.length !== planted.length) throw new Error('lost a secret in ' + ctx + ': ' + r.line);
  seen.add(r.line); made++;
  const sorted = r.spans.sort((a, b) => a.start - b.start); const vs = sorted.map((s) => planted[s.i] as Val); const first = vs[0] as Val; const i = id();
  sorted.forEach((_, k) => plantedOut.push({ id: i, i: k, raw: (vs[k] as Val).raw }));
  outs.push({ line: r.line, secrets: sorted.map((s, k) => ({ kind: (vs[k] as Val).kind, start: s.start, end: s.end })), kind: first.kind, group: first.group, ctx: ctx.replace(/-none$/, ''), shape: first.shape, shapes: vs.map((v) => v.shape), id: i });
}
const allRaw = outs.flatMap((o) => o.secrets.map((s) => o.line.slice(s.start, s.end))).concat(plantedOut.map((p) => p.raw));
const clash = (line: string): boolean => allRaw.some((t) => line.includes(t));
made = 0; let tries = 0; const perFree = new Map<string, number>();
while (made < NNEG) {
  if (++tries > 60000) throw new Error('negatives ran dry at ' + made);
  let line: string, ctx: string, cls: string;
  if (chance(0.6)) { const r = kvNegative(); line = r.line; ctx = r.ctx; cls = r.cls; } else { const f = pick(NEGW); cls = f[0]; ctx = f[1]; line = f[2](); }
  line = wrap(line, ctx);
  if (seen.has(line) || /[\ue000-\uf8ff\n]/.test(line) || clash(line)) continue;
  seen.add(line); made++; perFree.set(cls, (perFree.get(cls) ?? 0) + 1);
  outs.push({ line, secrets: [], class: 'hard:' + cls, ctx, shape: cls, id: id() });
}
shuffle(outs);
process.stdout.write(outs.map((o) => JSON.stringify(o)).join('\n') + '\n');
const pf = process.argv.indexOf('--planted');
if (pf > 0) writeFileSync(process.argv[pf + 1] as string, plantedOut.map((p) => JSON.stringify(p)).join('\n') + '\n');
