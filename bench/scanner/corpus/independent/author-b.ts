// gen13.ts: a second maker's corpus. What operators really paste: state files, CI consoles, crash dumps, printed
// data structures of many languages, router and VPN configurations, packet dumps, directory exports, audit trails.
//   node gen13.ts SEED [--planted FILE] > round13.jsonl
// A line:  {"line","secrets":[{kind,start,end}],"kind","group","ctx","shape","shapes","id"}   (a secret inside)
//          {"line","secrets":[],"class","ctx","shape","id"}                                    (none)
// Offsets count characters (nothing outside the BMP occurs), end exclusive.
import { writeFileSync } from 'node:fs';

const seedText = process.argv[2] ?? '13';
const WANT = 2300;

class Dice {
  a: number;
  constructor(text: string) { let h = 2166136261; for (const c of text) h = Math.imul(h ^ c.charCodeAt(0), 16777619); this.a = h >>> 0; }
  next(): number { this.a = (this.a + 0x6d2b79f5) | 0; let t = Math.imul(this.a ^ (this.a >>> 15), 1 | this.a); t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t; return ((t ^ (t >>> 14)) >>> 0) / 4294967296; }
  n(lo: number, hi: number): number { return lo + Math.floor(this.next() * (hi - lo + 1)); }
  of<X>(xs: readonly X[]): X { return xs[this.n(0, xs.length - 1)] as X; }
  p(x: number): boolean { return this.next() < x; }
}
const D = new Dice('round thirteen ' + seedText);
const n = (a: number, b: number): number => D.n(a, b);
const of = <X>(...xs: X[]): X => D.of(xs);
const run = (...fs: (() => string)[]): string => D.of(fs)();
const list = (s: string): string[] => s.split(/\s+/).filter(Boolean);
const from = (alpha: string, k: number): string => { let o = ''; while (o.length < k) o += alpha.charAt(n(0, alpha.length - 1)); return o; };
const both = (alpha: string, k: number): string => { for (let i = 0; i < 200; i++) { const s = from(alpha, k); if (k < 6 || (/[0-9]/.test(s) && /[A-Za-z]/.test(s))) return s; } throw new Error('alphabet without both: ' + alpha); };
const az = 'abcdefghijklmnopqrstuvwxyz', AZ = az.toUpperCase(), d9 = '0123456789', hx = '0123456789abcdef';
const b62 = d9 + az + AZ, b58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz', url64 = b62 + '-_';
const hex = (k: number): string => both(hx, k);
const HEX = (k: number): string => both(d9 + 'ABCDEF', k);
const rb = (k: number): Buffer => Buffer.from(Array.from({ length: k }, () => n(0, 255)));
const safe = (k: number): string => both(b62, 2) + both(url64, k - 3) + from(b62, 1);
const guid = (): string => `${from(hx, 8)}-${from(hx, 4)}-4${from(hx, 3)}-${of('8', '9', 'a', 'b')}${from(hx, 3)}-${from(hx, 12)}`;
const z2 = (x: number): string => String(x).padStart(2, '0');
const Cap = (s: string): string => s.slice(0, 1).toUpperCase() + s.slice(1);

// ------------------------------------------------------------------ planting
interface Plant { raw: string; kind: string; shape: string; group: string }
let bed: Plant[] = [];
const BASE = 0xe400, END = '\uf8f0';
type Way = (s: string) => string;
const asIs: Way = (s) => s;
const js: Way = (s) => JSON.stringify(s).slice(1, -1);
const sq: Way = (s) => s.replace(/\\/g, '\\\\').replace(/'/g, "\\'");
const xml: Way = (s) => s.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
const pct: Way = (s) => Array.from(s, (c) => (/[A-Za-z0-9._~-]/.test(c) ? c : '%' + z2(0).slice(2) + c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0'))).join('');
const qp: Way = (s) => s.replace(/=/g, '=3D');
const S = (v: Plant, way: Way = asIs): string => { bed.push(v); return String.fromCharCode(BASE + bed.length - 1) + way(v.raw) + END; };

// ------------------------------------------------------------------ what people and machines choose
const NAMES = list('Katrin Matteo Isabelle Joao Henrik Oksana Priya Liam Amelie Diego Marta Nils Yusuf Chiara Emre Saskia Bruno Leila');
const PETS = list('Balou Minka Rocky Luna Bella Felix Nero Mimi Simba Kira Sammy Bailey Coco Oscar');
const THINGS = list(`starfish buttercup harley marmalade porcupine bluebird honeycomb gingerbread skateboard trombone lemonade hedgehog
 cupcake fireworks moonstone peppermint snowboard sandcastle dinosaur kangaroo caterpillar jellybean mandolin rosebud woodpecker bumblebee
 saxophone blueberry tangerine cappuccino parachute submarine telescope xylophone zeppelin chameleon flamingo grasshopper ladybug meerkat
 narwhal ocelot pelican quokka raccoon salamander tarantula wallaby armadillo barracuda cranberry elderberry gooseberry huckleberry
 nightingale oleander periwinkle rhododendron snapdragon tumbleweed wisteria juventus benfica ajax celtic bulldog`);
const LITTLE = list('sunny grumpy nimble scarlet turquoise emerald copper wooden plastic electric magic dizzy fluffy sturdy breezy velour');
const GERMAN = list('Kirschbaum Regenwald Lindenstrasse Zugspitze Weihnachten Bratkartoffel Schmetterling');
const ROMANCE = list('girassol cachoeira tartaruga montagne libellule framboise golondrina terremoto aguacate');
const pwgen = (k: number): string => { const C = list('b c d f g h j k l m n ng p ph r s sh t th v w x z ch qu'), V = list('a e i o u ae ai ee ei ie oh oo'); for (;;) { let o = ''; while (o.length < k) o += D.of(C) + D.of(V); o = o.slice(0, k); const i = n(1, k - 2), j = n(0, k - 1); o = o.slice(0, i) + n(2, 9) + o.slice(i + 1); o = o.slice(0, j) + o.charAt(j).toUpperCase() + o.slice(j + 1); if (/[A-Z]/.test(o)) return o; } };
const H = (raw: string, shape: string, kind = 'generic-password', group = 'generic'): Plant => ({ raw, kind, shape, group });
// a password somebody typed; `soft` has no character any of these formats would quote
function typed(soft = true): Plant {
  for (;;) {
    const mark = soft ? '!-_.+=~^*%' : '!$%&/()=?#@+*~-_.,;:<>[]{}^|';
    const v = D.of([
      () => H(D.of(PETS) + n(10, 99) + of(...mark) + D.of(PETS), 'human-names'),
      () => H(D.of(NAMES) + of('', of(...mark)) + n(1950, 2015) + of(...mark), 'human-names'),
      () => H(of('1qaz', '2wsx', 'qwe', 'asdf', 'zaq1') + of('@WSX', '!QAZ', '#EDC', 'XSW2', 'RTZ') + both(b62, n(2, 5)), 'human-walk'),
      () => H(pwgen(n(8, 14)), 'human-pwgen'), () => H(pwgen(n(8, 12)), 'human-pwgen'),
      () => H(D.of(GERMAN) + of(...mark) + n(1, 99), 'human-word'),
      () => H(Cap(D.of(ROMANCE)) + n(100, 999) + of(...mark), 'human-word'),
      () => H(of('ILove', 'MyDog', 'GoTeam', 'HelloTo', 'WeAre', 'IchMag', 'JaimeLe') + Cap(D.of(THINGS)) + n(1, 99) + of('!', '', of(...mark)), 'human-sentence'),
      () => H(D.of(THINGS).replace(/e/g, '3').replace(/a/, '@').replace(/s/, '5') + n(1, 999), 'human-leet'),
      () => H(both(b62 + mark, n(10, 20)), 'human-manager'), () => H(both(b62 + mark + mark, n(12, 20)), 'human-manager'),
      () => H(both(b62, 4) + '-' + both(b62, 4) + '-' + both(b62, 4), 'human-manager'),
      () => H(both(az, 6) + '-' + both(az, 5) + n(0, 9) + '-' + Cap(from(az, 6)), 'human-manager'),
    ].slice(0, 12))();
    const r = v.raw;
    if (r.length < 8 || r.length > 20 || !/\d/.test(r) || !/[A-Za-z]/.test(r) || !/^[A-Za-z0-9]/.test(r) || !/[A-Za-z0-9!*+=~^$]$/.test(r)) continue;
    if (soft && !/^[A-Za-z0-9!\-_.+=~^*%@#]+$/.test(r)) continue;
    if (soft && /[@#]/.test(r)) continue;
    if (/%[0-9a-fA-F]{2}|\.\.|[<{[(].*[>}\])]|\$[A-Za-z_{(]|[%@#]\w+[%@#]|\/\/|:\/|#\{/.test(r)) continue;
    return v;
  }
}
const endsWell = (): Plant => { for (;;) { const v = typed(); if (/[A-Za-z0-9]$/.test(v.raw) && !/[%^*~=]/.test(v.raw)) return v; } };
const loud = (not: RegExp): Plant => { for (;;) { const v = typed(false); if (!not.test(v.raw)) return v; } };
function diceware(sep: string): Plant { const k = n(4, 6); const w = Array.from({ length: k }, (_v, i) => (i % 2 ? D.of(THINGS) : D.of([...LITTLE, ...THINGS]))); const dig = D.p(0.4); if (dig) w.push(String(n(2, 99))); return H(w.join(sep), dig ? 'passphrase' : 'passphrase-plain', 'generic-passphrase'); }
function word(): Plant { const a = D.of(THINGS), b = D.of(THINGS), c = D.of(LITTLE); for (;;) { const raw = of(a, a, Cap(a), c + b, a + b, Cap(c) + Cap(b), c + '_' + a, D.of(GERMAN), D.of(ROMANCE), c + '.' + b); if (raw.length >= 6) return H(raw, 'words', 'generic-password-words', 'words'); } }
const G = (raw: string, shape: string, kind = 'generic-token'): Plant => H(raw, shape, kind);
function machine(): Plant {
  return D.of([
    () => { const k = of(32, 32, 48, 56, 64); return G(hex(k), 'hex' + k, 'generic-api-key-hex'); }, () => { const k = of(32, 40, 64); return G(hex(k), 'hex' + k, 'generic-api-key-hex'); },
    () => { const k = of(16, 24, 32, 33, 48, 64); return G(rb(k).toString('base64'), 'base64-' + Math.ceil(k / 3) * 4); }, () => { const k = of(20, 32, 40); return G(rb(k).toString('base64').replace(/=+$/, ''), 'base64-nopad'); },
    () => { const k = n(21, 64); return G(safe(k), 'base64url-' + (k < 32 ? '21-31' : k < 48 ? '32-47' : '48-64')); }, () => G(both(url64.slice(0, 62), 1) + both(url64, 19) + both(b62, 1), 'nanoid'),
    () => { const k = n(22, 44); return G(both(b58, k), 'base58'); }, () => { const k = n(16, 64); return G(both(b62, k), k < 25 ? 'alnum-16-24' : k < 49 ? 'alnum-25-48' : 'alnum-49-64'); },
    () => { const k = n(20, 36); return G(both(az + d9, k), 'lower-alnum'); }, () => { const k = n(18, 32); return G(both('0123456789ABCDEFGHJKMNPQRSTVWXYZ', k), 'crockford'); },
    () => G(both(b62, n(6, 10)) + '.' + both(b62, n(24, 40)), 'dotted-pair'), () => G(of('acme', 'int', 'tok', 'key', 'svc', 'ak') + '_' + of('live', 'prod', 'v1', '') + '_' + both(b62, n(24, 40)), 'house-prefix'),
    () => G(both(b62, 8) + '-' + both(b62, 8) + '-' + both(b62, 8) + '-' + both(b62, 8), 'dashed-groups'),
  ])();
}
const guidKey = (): Plant => G(guid(), 'uuid', 'generic-api-key-uuid');
const pass = (): Plant => D.of([typed, typed, typed, typed, machine, word, (): Plant => diceware(of('-', '.', '_'))])();
const passS = (): Plant => D.of([typed, typed, endsWell, machine, word])();
const bigPass = (): Plant => D.of([typed, machine, typed])();                 // no plain words: places where a word could be a keyword
const passQ = (): Plant => D.of([(): Plant => loud(/["'\\`$#]/), typed, machine, word, (): Plant => diceware(of(' ', ' ', '-')), (): Plant => loud(/["'\\`$#]/)])();
// ---- published formats
const bp = (kind: string, raw: string): Plant => ({ raw, kind, shape: 'provider', group: 'prefixed' });
const jwtOf = (long: boolean): Plant => { const e = (o: object): string => Buffer.from(JSON.stringify(o)).toString('base64url'); const t = n(1700000000, 1795000000);
  return bp('jwt', [e(of<object>({ alg: 'ES256', kid: hex(16) }, { alg: 'HS256', typ: 'JWT' }, { alg: 'RS256', kid: safe(20), typ: 'at+jwt' })), e(long ? { iss: 'https://sso.northwind.dev', aud: [of('kube', 'portal', 'shop')], sub: guid(), iat: t, exp: t + 900, roles: ['reader', 'writer'], email: `${D.of(NAMES).toLowerCase()}@northwind.dev` } : { uid: n(1, 99999), exp: t }), both(url64, of(43, 86, 86))].join('.')); };
const PROV: Record<string, () => Plant> = {
  github: () => bp('github-token', of('ghp_', 'ghs_', 'gho_', 'ghu_') + both(b62, 36)), gitlab: () => bp('gitlab-token', of('glpat-', 'glcbt-64_', 'gldt-', 'glrt-') + safe(20)),
  aws: () => bp('aws-secret-access-key', both(b62 + '+/', 40)), akia: () => bp('aws-access-key-id', 'AKIA' + both(AZ + '234567', 16)),
  stripe: () => bp('stripe-secret-key', of('sk_live_51', 'rk_live_51') + both(b62, 97)), slackb: () => bp('slack-bot-token', `xoxb-${from('123456789', 12)}-${from('123456789', 13)}-${both(b62, 24)}`), slackp: () => bp('slack-user-token', `xoxp-${from('123456789', 12)}-${from('123456789', 12)}-${from('123456789', 13)}-${hex(32)}`),
  npm: () => bp('npm-token', 'npm_' + both(b62, 36)), heroku: () => bp('heroku-key', 'HRKU-AA' + both(url64, 58)), supabase: () => bp('supabase-token', 'sbp_' + hex(40)), replicate: () => bp('replicate-token', 'r8_' + both(b62, 37)),
  groq: () => bp('groq-key', 'gsk_' + both(b62, 52)), pplx: () => bp('perplexity-key', 'pplx-' + both(b62, 48)), tailscale: () => bp('tailscale-key', 'tskey-auth-k' + both(b62, 12) + 'CNTRL-' + both(b62, 32)), dynatrace: () => bp('dynatrace-token', 'dt0c01.' + both(AZ + '234567', 24) + '.' + both(AZ + '234567', 64)),
  jfrog: () => bp('jfrog-key', 'AKCp8' + both(b62, 68)), contentful: () => bp('contentful-pat', 'CFPAT-' + safe(43)), buildkite: () => bp('buildkite-token', 'bkua_' + hex(40)), circle: () => bp('circleci-pat', 'CCIPAT_' + both(b62, 22) + '_' + hex(40)), brevo: () => bp('brevo-key', 'xkeysib-' + hex(64) + '-' + both(b62, 16)),
  pinecone: () => bp('pinecone-key', 'pcsk_' + both(b62, 6) + '_' + both(b62, 63)), xai: () => bp('xai-key', 'xai-' + both(b62, 80)), langsmith: () => bp('langsmith-key', 'lsv2_pt_' + hex(32) + '_' + hex(10)), netlify: () => bp('netlify-token', 'nfp_' + both(b62, 36)), crates: () => bp('crates-io-token', 'cio' + both(b62, 32)), clojars: () => bp('clojars-token', 'CLOJARS_' + hex(60)),
  nuget: () => bp('nuget-key', 'oy2' + both(az + '234567', 43)), flutter: () => bp('flutterwave-secret', 'FLWSECK-' + hex(32) + '-X'), shippo: () => bp('shippo-token', 'shippo_live_' + hex(40)), typeform: () => bp('typeform-token', 'tfp_' + safe(59)), sourcegraph: () => bp('sourcegraph-token', 'sgp_' + hex(16) + '_' + hex(40)), prefect: () => bp('prefect-key', 'pnu_' + both(az + d9, 36)),
  infracost: () => bp('infracost-key', 'ico-' + both(b62, 32)), harness: () => bp('harness-pat', 'pat.' + both(b62, 22) + '.' + hex(24) + '.' + both(b62, 20)), octopus: () => bp('octopus-key', 'API-' + both(AZ + d9, 26)), vault: () => bp('vault-token', 'hvs.CAES' + safe(91)), vault2: () => bp('vault-token', 'hvs.' + both(b62, 24)),
  sendgrid: () => bp('sendgrid-key', `SG.${safe(22)}.${safe(43)}`), telegram: () => bp('telegram-bot-token', `${n(100000000, 9999999999)}:AA${safe(33)}`), gcp: () => bp('gcp-api-key', 'AIzaSy' + safe(33)), openai: () => bp('openai-key', 'sk-svcacct-' + safe(74) + 'T3BlbkFJ' + safe(74)), anthropic: () => bp('anthropic-key', 'sk-ant-admin01-' + safe(93) + 'AA'), hf: () => bp('huggingface-token', 'hf_' + from(az + AZ, 34)),
  doocean: () => bp('digitalocean-token', 'dor_v1_' + hex(64)), grafana: () => bp('grafana-token', 'glsa_' + both(b62, 32) + '_' + hex(8)), dockerp: () => bp('docker-pat', 'dckr_pat_' + safe(27)), newrelic: () => bp('newrelic-license-key', hex(36) + 'FFFFNRAL'), linear: () => bp('linear-key', 'lin_api_' + both(b62, 40)), shopify: () => bp('shopify-secret', of('shpss_', 'shpca_', 'shppa_') + hex(32)), databricks: () => bp('databricks-token', 'dapi' + hex(32) + '-2'), easypost: () => bp('easypost-key', 'EZAK' + both(b62, 54)),
};
const vendor = (): Plant => PROV[D.of(Object.keys(PROV).filter((k) => k !== 'aws' && k !== 'akia'))]!();
const pv = (k: string): Plant => PROV[k]!();
const tok = (): Plant => D.of([machine, machine, machine, vendor, vendor, (): Plant => jwtOf(D.p(0.5))])();
const key = (): Plant => D.of([machine, machine, vendor, guidKey])();
const via = (v: Plant, kind: string): Plant => ({ ...v, kind: v.group === 'words' ? v.kind : kind });
const basicOf = (u: string): Plant => G(Buffer.from(u + ':' + typed().raw).toString('base64'), 'basic-b64', 'http-basic-auth');

// ------------------------------------------------------------------ scenery
const people = list('khansen mrossi ifournier jsouza oleks psharma wbecker nagios backup svc-ci svc_etl root admin opc ubuntu tomcat zabbix gitea harbor dbadmin');
const svc = list('ingest ticketing telemetry loyalty fraud pricing identity archive notifier crawler renderer router quotes vision dispatch');
const hosts = list('pg-ha-0.pg.svc.cluster.local maria01.lan 172.19.4.22 10.88.0.3 kafka-2.northwind.dev rabbit.int redis-sentinel.lan mongo-rs0-1 ldap01.northwind.dev vault.int smtp-relay.lan 192.0.2.44 fs02.corp.lan');
const u = (): string => D.of(people), sv = (): string => D.of(svc), ho = (): string => D.of(hosts), ip = (): string => `${of(10, 172, 192, 198, 203)}.${n(0, 255)}.${n(0, 255)}.${n(1, 254)}`;
const day = (): string => `202${n(3, 6)}-${z2(n(1, 12))}-${z2(n(1, 28))}`, clock = (): string => `${z2(n(0, 23))}:${z2(n(0, 59))}:${z2(n(0, 59))}`;
const ts = (): string => `${day()}T${clock()}.${String(n(0, 9999999)).padStart(7, '0')}Z`, ts2 = (): string => `${day()} ${clock()}.${String(n(0, 999)).padStart(3, '0')}`;
const mon = (): string => of('Jan', 'Mar', 'Apr', 'Jul', 'Sep', 'Nov', 'Dec'), bsd = (): string => `${mon()} ${String(n(1, 28)).padStart(2)} ${clock()}`;
const sp = (k: number): string => ' '.repeat(k);
const dbn = (): string => of('northwind', 'tickets', 'metrics', 'identity', 'wiki', 'loyalty');
const mailA = (): string => `${D.of(NAMES).toLowerCase()}.${of('berg', 'costa', 'weiss', 'leroy')}@${of('northwind.dev', 'contoso.example', 'mail.example')}`;

// field names, in the accents of the tools
type Acc = 'snake' | 'camel' | 'Pascal' | 'kebab' | 'SCREAM';
const PW = ['password', 'passwd', 'pwd', 'pass', 'db_password', 'admin_password', 'master_password', 'root_password', 'bind_password', 'login_passwd', 'smtp_password', 'sudo_password', 'keystore_password', 'user_pass', 'vpn_password', 'replication_password', 'kennwort', 'db_kennwort', 'mot_de_passe', 'contrasena_bd', 'senha_admin', 'passphrase', 'key_passphrase'];
const TK = ['token', 'api_key', 'apikey', 'secret', 'auth_token', 'access_token', 'client_secret', 'secret_key', 'refresh_token', 'signing_secret', 'signing_key', 'webhook_secret', 'api_secret', 'session_secret', 'encryption_key', 'shared_secret', 'bearer_token', 'hmac_secret', 'service_token', 'join_token', 'registration_token', 'bot_token', 'agent_key', 'app_key', 'license_key', 'jwt_secret', 'cookie_secret', 'password_salt', 'admin_token', 'cle_api', 'clave_api', 'chave_secreta', 'api_schluessel'];
const OWN = ['', '', '', 'grafana_', 'keycloak_', 'mailer_', 'backup_', 'sap_', 'pay_', 'edge_', 'qa_', 'live_', 'minio_', 'harbor_', 'tenant_'];
function acc(s: string, a: Acc): string { const w = s.split('_').filter(Boolean); return a === 'snake' ? w.join('_') : a === 'kebab' ? w.join('-') : a === 'SCREAM' ? w.join('_').toUpperCase() : w.map((x, i) => (i || a === 'Pascal' ? Cap(x) : x)).join(''); }
const named = (a: Acc, pool: string[]): string => { for (;;) { const s = acc(D.of(OWN) + D.of(pool), a); if (s !== 'PWD') return s; } };
// a (name, secret) pair fit for a quoted place q or a bare one
function pair(a: Acc, quoted: boolean, not = /["'\\`$#]/): [string, Plant] {
  if (D.p(0.45)) { const v = quoted ? D.of([(): Plant => loud(not), typed, typed, word, (): Plant => diceware(of(' ', '-')), machine])() : pass(); return [named(a, PW), v]; }
  const nm = named(a, TK), v = /api|licen|agent/.test(nm.toLowerCase()) ? key() : tok(); return [nm, v];
}
// benign fields of printed structures: name, value, class, literal or string
type Bf = [string, string, string, boolean];
function benign(a: Acc): Bf {
  const f = (nm: string, v: string, c: string, lit = false): Bf => [acc(nm, a), v, c, lit];
  const s = sv();
  return D.of([
    () => f(D.of(PW), of('', '', ''), 'null'), () => f(D.of([...PW, ...TK]), of('********', '*****', '[redacted]', '<hidden>', '[FILTERED]', 'REDACTED', '<omitted>', '(sensitive)', '●●●●●●●●', 'XXXXXXXX', '[Filtered]', '<private>', '***'), 'masked'),
    () => f(D.of([...PW, ...TK]), of('changeme', 'CHANGE_ME', 'your_token', '<insert key>', 'to-be-filled', 'TBD', 'example-secret', '<secret-key>', 'YOUR-KEY-GOES-HERE', 'insert-password-here', 'fill_me_in', 'xxx'), 'placeholder'),
    () => f(D.of([...PW, ...TK]), run(() => '${' + acc(D.of(OWN) + D.of(TK), 'SCREAM') + '}', () => 'env://' + acc(D.of(TK), 'SCREAM'), () => `gcpsm://projects/${s}/secrets/token/versions/3`, () => `vault:kv/data/${s}#api_key`, () => `{{resolve:secretsmanager:${s}/db:SecretString:password}}`, () => `file:/run/credentials/${s}.service/token`, () => `op://infra/${s}/credential`, () => `$__file{/etc/secrets/${s}}`, () => `awssm:${s}/prod`, () => `$SECRET_${s.toUpperCase()}`), 'reference'),
    () => D.p(0.6) ? f(of('token_endpoint', 'token_url', 'auth_endpoint'), of(`https://sso.northwind.dev/realms/${s}/protocol/openid-connect/token`, '/v2/auth/token', `https://${s}.northwind.dev/oauth/token`), 'url') : D.p(0.5) ? f('jwks_url', `https://${s}.northwind.dev/auth/jwks`, 'url') : f('password_reset_link', `https://${s}.northwind.dev/account/reset?lang=en`, 'url'),
    () => D.of([(): Bf => f(of('password_file', 'secret_mount', 'api_key_path'), `/run/credentials/${s}`, 'path'), (): Bf => f(of('private_key_file', 'keyfile', 'private_key'), of(`/etc/${s}/tls/${s}.key`, `/home/${s}/.ssh/id_rsa`), 'path'), (): Bf => f(of('token_path', 'token'), `/var/lib/${s}/.token`, 'path')])(),
    () => f(of('token_ttl', 'password_max_age', 'secret_lease', 'session_token_ttl', 'key_rotation_days'), String(n(1, 86400)), 'duration', true), () => f(of('token_ttl', 'lease_duration', 'key_rotation'), of('768h', '30m0s', 'P90D', '2w', '15 min'), 'duration'),
    () => f(of('max_tokens', 'min_password_length', 'token_limit', 'failed_passwords', 'key_bits', 'salt_length', 'password_attempts', 'tokens_used'), String(n(2, 128000)), 'count', true),
    () => f(of('token_valid', 'password_set', 'has_secret', 'use_token', 'password_expired', 'secret_present', 'needs_password', 'api_key_enabled'), of('true', 'false'), 'boolean', true),
    () => f('key_algorithm', of('RSA-4096', 'Ed25519', 'ECDSA-P384', 'AES-GCM-256'), 'algorithm'), () => f('password_hash_function', of('argon2id', 'scrypt', 'bcrypt'), 'algorithm'), () => f('token_kind', of('bearer', 'mac', 'DPoP', 'opaque'), 'algorithm'), () => f('auth_mechanism', of('SCRAM-SHA-256', 'EXTERNAL', 'XOAUTH2', 'MONGODB-AWS'), 'algorithm'),
    () => f(of('key_id', 'token_uuid', 'credential_ref', 'secret_id_accessor', 'jti', 'client_id', 'certificate_id'), guid(), 'id'), () => f(of('public_key', 'verify_key_b64'), 'MCowBQYDK2VwAyEA' + rb(32).toString('base64'), 'public-key'), () => f('key_fingerprint', run(() => 'SHA256:' + from(b62 + '+/', 43), () => Array.from({ length: 16 }, () => from(hx, 2)).join(':')), 'public-key'),
    () => f(of('secret_name', 'token_secret_ref', 'password_secret', 'key_alias', 'credentials_name'), `${s}-${of('db-auth', 'api-credentials', 'tls', 'webhook-hmac')}`, 'name-ref'), () => f(of('password_provider', 'token_source', 'key_provider'), of('io.northwind.auth.FileTokenSource', 'VaultPasswordProvider', 'Northwind.Security.DpapiKeyProvider', 'AwsKmsKeyProvider'), 'class-name'),
    () => f(of('token_state', 'password_status', 'key_status', 'secret_state'), of('expired', 'rotated', 'pending', 'revoked', 'ACTIVE', 'must_change'), 'state'), () => f(of('key_region', 'secrets_region', 'kms_location'), of('eu-north-1', 'us-gov-west-1', 'asia-northeast1', 'germanywestcentral'), 'region'),
    () => D.of([(): Bf => f('image_digest', 'sha256:' + hex(64), 'digest'), (): Bf => f('commit', hex(40), 'digest'), (): Bf => f(of('artifact_sha256', 'config_hash', 'checksum'), hex(64), 'digest')])(), () => D.of([(): Bf => f('object_id', hex(24), 'id'), (): Bf => f('trace_id', hex(32), 'id'), (): Bf => f('span_id', hex(16), 'id'), (): Bf => f('request_id', guid(), 'id'), (): Bf => f('etag', hex(32), 'id')])(),
    () => f(of('password_label', 'token_help', 'secret_hint', 'api_key_description'), of('Choose a new password', 'Paste the token shown in the console', 'Kennwort wiederholen', 'Nouveau mot de passe', 'Introduzca su clave', 'Never share this key with anyone'), 'ui-text'), () => f(of('token_regex', 'password_pattern'), of('^[A-Z2-7]{32}$', '[0-9a-f]{64}', '^\\\\S{10,}$'), 'regex'), () => f(of('password_policy_version', 'token_format_version', 'secret_version'), of('7', 'v2', '2024-10-01'), 'version'),
    () => f(D.of([...PW, ...TK]), of('ENC[AES256_GCM,data:' + rb(21).toString('base64') + ',type:str]', 'AQICAH' + from(b62 + '+/', 150) + '==', '$ANSIBLE_VAULT;1.1;AES256', 'pgp:wcBMA' + from(b62 + '+/', 120), 'AgB' + from(b62 + '+/', 180) + '=').replace(/^(AQICAH|AgB).*$/, () => 'ENC(' + rb(36).toString('base64') + ')'), 'encrypted'),
  ])();
}
const plainField = (a: Acc): [string, string] => D.of<[string, string]>([['host', ho()], ['user', u()], ['service', sv()], ['region', of('eu-north-1', 'us-east-2')], ['database', dbn()], ['endpoint', `https://${sv()}.northwind.dev`], ['node_id', guid()], ['build', hex(10)]]).map((x, i) => (i ? x : acc(x, a))) as [string, string];

// ------------------------------------------------------------------ printed structures: the same printers make both kinds of line
interface Printer { ctx: string; a: Acc; quoted: boolean; not?: RegExp; way: Way; nil: string; wrap: (fields: string[]) => string; field: (k: string, v: string) => string; str: (v: string) => string; raw?: boolean; max?: number }
const SHOW: Printer[] = [
  { ctx: 'rust-debug', a: 'snake', quoted: true, way: js, nil: 'None', field: (k, v) => `${k}: ${v}`, str: (v) => (D.p(0.3) ? `Some("${v}")` : `"${v}"`), wrap: (x) => `${ts()} DEBUG ${sv()}::config: loaded ${of('Settings', 'DbConfig', 'ClientOptions')} { ${x.join(', ')} }` },
  { ctx: 'kotlin-data-class', a: 'camel', quoted: false, way: asIs, nil: 'null', field: (k, v) => `${k}=${v}`, str: (v) => v, wrap: (x) => `${ts2()} [main] INFO  ${sv()}.App - ${of('Credentials', 'ServerConfig', 'LoginRequest', 'Tenant')}(${x.join(', ')})` },
  { ctx: 'elixir-inspect', a: 'snake', quoted: true, way: js, nil: 'nil', field: (k, v) => `${k}: ${v}`, str: (v) => `"${v}"`, wrap: (x) => of(`[debug] %${Cap(sv())}.Config{${x.join(', ')}}`, `** (DBConnection.ConnectionError) opts: [${x.join(', ')}]`, `[error] GenServer ${Cap(sv())}.Worker terminating, State: %{${x.join(', ')}}`) },
  { ctx: 'erlang-term', a: 'snake', quoted: true, way: js, nil: 'undefined', field: (k, v) => `{${k},${v}}`, str: (v) => (D.p(0.5) ? `<<"${v}">>` : `"${v}"`), wrap: (x) => of(`=CRASH REPORT==== state: [${x.join(',')}]`, `{${sv()}, [${x.join(',')}]}.`, `${ts2()} [info] <0.${n(100, 900)}.0> ${sv()}_sup start_link([${x.join(',')}])`) },
  { ctx: 'perl-dumper', a: 'snake', quoted: true, way: sq, nil: 'undef', field: (k, v) => `'${k}' => ${v}`, str: (v) => `'${v}'`, wrap: (x) => of(`$VAR1 = { ${x.join(', ')} };`, `          ${x.join(', ')}`) },
  { ctx: 'lua-table', a: 'snake', quoted: true, way: js, nil: 'nil', field: (k, v) => of(`${k} = ${v}`, `["${k}"] = ${v}`), str: (v) => `"${v}"`, wrap: (x) => of(`return { ${x.join(', ')} }`, `  upstream = { ${x.join(', ')} },`, `[lua] access.lua:${n(5, 90)}: conf { ${x.join(', ')} }`) },
  { ctx: 'r-list', a: 'snake', quoted: true, way: js, nil: 'NULL', field: (k, v) => `${k} = ${v}`, str: (v) => `"${v}"`, wrap: (x) => of(`con <- dbConnect(RPostgres::Postgres(), ${x.join(', ')})`, `cfg <- list(${x.join(', ')})`, `> Sys.setenv(${x.join(', ')})`) },
  { ctx: 'r-str', a: 'snake', quoted: true, way: js, nil: 'NULL', field: (k, v) => ` $ ${k.padEnd(14)}:${v}`, str: (v) => ` chr "${v}"`, wrap: (x) => x[0] as string, max: 1 },
  { ctx: 'powershell-hashtable', a: 'Pascal', quoted: true, way: (v) => v.replace(/'/g, "''"), nil: '$null', field: (k, v) => `${k} = ${v}`, str: (v) => `'${v}'`, wrap: (x) => of(`$params = @{ ${x.join('; ')} }`, `PS C:\\ops> Connect-Service @{ ${x.join('; ')} }`) },
  { ctx: 'powershell-object', a: 'Pascal', quoted: false, way: asIs, nil: '', field: (k, v) => `${k.padEnd(n(14, 26))}: ${v}`, str: (v) => v, wrap: (x) => x[0] as string, max: 1 },
  { ctx: 'powershell-at', a: 'Pascal', quoted: false, way: asIs, nil: '', field: (k, v) => `${k}=${v}`, str: (v) => v, wrap: (x) => `VERBOSE: @{${x.join('; ')}}` },
  { ctx: 'protobuf-text', a: 'snake', quoted: true, way: js, nil: '""', field: (k, v) => `${k}: ${v}`, str: (v) => `"${v}"`, wrap: (x) => of(`${sv()}_config { ${x.join(' ')} }`, `I${z2(n(1, 12))}${z2(n(1, 28))} ${clock()}.${n(100000, 999999)} ${n(1, 99)} server.cc:${n(20, 900)}] options: ${x.join(' ')}`) },
  { ctx: 'nix', a: 'camel', quoted: true, way: js, nil: 'null', field: (k, v) => `${k} = ${v};`, str: (v) => `"${v}"`, wrap: (x) => of(`  services.${sv()} = { enable = true; ${x.join(' ')} };`, `    settings.${x[0]}`) },
  { ctx: 'dhall', a: 'camel', quoted: true, way: js, nil: 'None Text', field: (k, v) => `${k} = ${v}`, str: (v) => `"${v}"`, wrap: (x) => of(`let ${sv()} = { ${x.join(', ')} }`, `, ${sv()} = { ${x.join(', ')} }`) },
  { ctx: 'cue', a: 'camel', quoted: true, way: js, nil: 'null', field: (k, v) => `${k}: ${v}`, str: (v) => `"${v}"`, wrap: (x) => of(`${sv()}: { ${x.join(', ')} }`, `\t${x[0]}`) },
  { ctx: 'jsonnet', a: 'snake', quoted: true, way: sq, nil: 'null', field: (k, v) => `${k}${of(':', '::')} ${v}`, str: (v) => `'${v}'`, wrap: (x) => of(`  ${sv()}: { ${x.join(', ')} },`, `local conf = { ${x.join(', ')} };`) },
  { ctx: 'ruby-inspect', a: 'snake', quoted: true, way: js, nil: 'nil', field: (k, v) => (D.p(0.5) ? `:${k}=>${v}` : `"${k}"=>${v}`), str: (v) => `"${v}"`, wrap: (x) => of(`D, [${day()}T${clock()} #${n(100, 9999)}] DEBUG -- : options {${x.join(', ')}}`, `ArgumentError (bad config: {${x.join(', ')}}):`, `irb> ENVIRONMENT => {${x.join(', ')}}`) },
  { ctx: 'ruby-struct', a: 'snake', quoted: true, way: js, nil: 'nil', field: (k, v) => `${k}${of('=', '=')}${v}`, str: (v) => `"${v}"`, wrap: (x) => of(`#<OpenStruct ${x.join(', ')}>`, `#<struct ${Cap(sv())}::Config ${x.join(', ')}>`, `#<${Cap(sv())}::Client:0x0000${hex(12)} ${x.map((y) => '@' + y).join(', ')}>`) },
  { ctx: 'php-print-r', a: 'snake', quoted: false, way: asIs, nil: '', field: (k, v) => `[${k}] => ${v}`, str: (v) => v, wrap: (x) => of(`    ${x[0]}`, `Array ( ${x.join(' ')} )`) },
  { ctx: 'php-var-export', a: 'snake', quoted: true, way: sq, nil: 'NULL', field: (k, v) => `'${k}' => ${v}`, str: (v) => `'${v}'`, wrap: (x) => of(`return array ( ${x.join(', ')}, );`, `[${day()} ${clock()}] production.ERROR: config array (${x.join(', ')})`) },
  { ctx: 'php-var-dump', a: 'snake', quoted: true, way: asIs, nil: 'NULL', field: (k, v) => `["${k}"]=> ${v}`, str: (v) => `string(${Buffer.byteLength(v.replace(/[\ue400-\uf8ff]/g, ''))}) "${v}"`, wrap: (x) => `array(${x.length}) { ${x.join(' ')} }` },
  { ctx: 'php-serialize', a: 'snake', quoted: true, way: asIs, nil: 'N', field: (k, v) => `s:${k.length}:"${k}";${v};`, str: (v) => `s:${Buffer.byteLength(v.replace(/[\ue400-\uf8ff]/g, ''))}:"${v}"`, wrap: (x) => `${of('option_value: ', 'session: ', '')}a:${x.length}:{${x.join('')}}` },
  { ctx: 'git-diff', a: 'snake', quoted: true, way: js, nil: 'null', field: (k, v) => of(`${k}: ${v}`, `${k} = ${v}`, `"${k}": ${v},`), str: (v) => `"${v}"`, wrap: (x) => `${of('+', '+', '-')}${sp(of(0, 2, 4))}${x[0]}`, max: 1 },
  { ctx: 'git-diff-env', a: 'SCREAM', quoted: false, way: asIs, nil: '', field: (k, v) => `${k}=${v}`, str: (v) => v, wrap: (x) => `${of('+', '-')}${of('', 'export ', 'ENV ')}${x[0]}`, max: 1 },
  { ctx: 'git-blame', a: 'camel', quoted: true, way: js, nil: 'null', field: (k, v) => `${k}${of(': ', ' = ')}${v}${of('', ';', ',')}`, str: (v) => `"${v}"`, wrap: (x) => `${of('', '^')}${hex(8)} (${D.of(NAMES)} ${of('Berg', 'Costa', 'Weiss')} ${day()} ${clock()} +0${n(0, 2)}00 ${String(n(1, 400)).padStart(3)})${sp(of(1, 3, 5))}${x[0]}`, max: 1 },
  { ctx: 'java-record', a: 'camel', quoted: false, way: asIs, nil: 'null', field: (k, v) => `${k}=${v}`, str: (v) => v, wrap: (x) => `Caused by: java.lang.IllegalStateException: cannot connect with ${Cap(sv())}Settings[${x.join(', ')}]` },
  { ctx: 'scala-case-class-hocon', a: 'kebab', quoted: true, way: js, nil: 'null', field: (k, v) => `${k} = ${v}`, str: (v) => `"${v}"`, wrap: (x) => `  ${sv()} { ${x.join(', ')} }` },
  { ctx: 'k8s-env-json', a: 'SCREAM', quoted: true, way: js, nil: '""', field: (k, v) => `{"name":"${k}","value":${v}}`, str: (v) => `"${v}"`, wrap: (x) => `"containers":[{"name":"${sv()}","env":[${x.join(',')}],"image":"registry.northwind.dev/${sv()}@sha256:${hex(64)}"}]` },
  { ctx: 'docker-inspect', a: 'SCREAM', quoted: true, way: js, nil: '', field: (k, v) => `"${k}=${v}"`, str: (v) => v, wrap: (x) => `"Env": [${[...x, '"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"'].join(', ')}],`, not: /["'\\`$#=]/ },
  { ctx: 'helm-values-dump', a: 'camel', quoted: true, way: js, nil: '""', field: (k, v) => `${k}: ${v}`, str: (v) => `"${v}"`, wrap: (x) => `client.go:${n(100, 400)}: [debug] values map[${sv()}:{${x.join(', ')}}]` },
  { ctx: 'go-plusv', a: 'Pascal', quoted: false, way: asIs, nil: '', field: (k, v) => `${k}:${v}`, str: (v) => v, wrap: (x) => `panic: dial failed with options {${x.join(' ')}} [recovered]` },
  { ctx: 'go-sharpv', a: 'Pascal', quoted: true, way: js, nil: '""', field: (k, v) => `${k}:${v}`, str: (v) => `"${v}"`, wrap: (x) => `${day().replace(/-/g, '/')} ${clock()} &${sv()}.Config{${x.join(', ')}}` },
  { ctx: 'swift-dump', a: 'camel', quoted: true, way: js, nil: 'nil', field: (k, v) => `${k}: ${v}`, str: (v) => (D.p(0.4) ? `Optional("${v}")` : `"${v}"`), wrap: (x) => `${Cap(sv())}.Session(${x.join(', ')})` },
  { ctx: 'python-dataclass', a: 'snake', quoted: true, way: sq, nil: 'None', field: (k, v) => `${k}=${v}`, str: (v) => of(`'${v}'`, `'${v}'`, `SecretBytes(b'${v}')`.replace('SecretBytes(', '').replace(/\)$/, '')), wrap: (x) => of(`pydantic.error_wrappers.ValidationError: input Settings(${x.join(', ')})`, `DEBUG:root:${Cap(sv())}Config(${x.join(', ')})`, `Namespace(${x.join(', ')})`) },
  { ctx: 'python-traceback-locals', a: 'snake', quoted: true, way: sq, nil: 'None', field: (k, v) => `${k} = ${v}`, str: (v) => `'${v}'`, wrap: (x) => `│ ${of('self', 'conn', 'kwargs')}${sp(n(1, 6))}│ ${x[0]}`, max: 1 },
  { ctx: 'terraform-state', a: 'snake', quoted: true, way: js, nil: 'null', field: (k, v) => `"${k}": ${v}`, str: (v) => `"${v}"`, wrap: (x) => of(`            ${x[0]},`, `"attributes": {"id": "${sv()}-${hex(8)}", ${x.join(', ')}}`) },
  { ctx: 'terraform-plan', a: 'snake', quoted: true, way: js, nil: 'null', field: (k, v) => `${k.padEnd(n(12, 30))} = ${v}`, str: (v) => `"${v}"`, wrap: (x) => `${of('      + ', '        ', '      - ', '  + ')}${x[0]}`, max: 1 },
  { ctx: 'ansible-output', a: 'snake', quoted: true, way: js, nil: 'null', field: (k, v) => `"${k}": ${v}`, str: (v) => `"${v}"`, wrap: (x) => `${of('changed: [web01]', 'ok: [db02]', 'ok: [edge-3]', 'fatal: [db02]: FAILED!')} => {"changed": ${of('true', 'false')}, "invocation": {"module_args": {${x.join(', ')}}}}` },
  { ctx: 'ansible-item', a: 'snake', quoted: true, way: sq, nil: 'None', field: (k, v) => `'${k}': ${v}`, str: (v) => `'${v}'`, wrap: (x) => `changed: [${of('web01', 'db02')}] => (item={'name': '${u()}', ${x.join(', ')}})` },
  { ctx: 'actuator-env', a: 'kebab', quoted: true, way: js, nil: '""', field: (k, v) => `"${of('spring.datasource', 'app', 'management', 'spring.mail')}.${k}":{"value":${v},"origin":"class path resource [application-prod.yml]:${n(2, 90)}:${n(5, 20)}"}`, str: (v) => `"${v}"`, wrap: (x) => `{"name":"applicationConfig","properties":{${x.join(',')}}}` },
  { ctx: 'otel-attributes', a: 'snake', quoted: true, way: js, nil: '""', field: (k, v) => `{"key":"app.${k}","value":{"stringValue":${v}}}`, str: (v) => `"${v}"`, wrap: (x) => `{"traceId":"${hex(32)}","spanId":"${hex(16)}","name":"connect","attributes":[${x.join(',')}]}` },
  { ctx: 'cbor-edn-lisp', a: 'kebab', quoted: true, way: js, nil: 'nil', field: (k, v) => `:${k} ${v}`, str: (v) => `"${v}"`, wrap: (x) => of(`(setq ${sv()}-auth '(${x.join(' ')}))`, `(make-instance 'client ${x.join(' ')})`, `ExceptionInfo connect failed {${x.join(', ')}}`) },
];
function shown(good: boolean): [string, string, string] {
  for (;;) {
    const P = D.of(SHOW); const fields: string[] = []; let cls = ''; const used = new Set<string>();
    const first = (): void => {
      if (good) { const [k, v] = pair(P.a, P.quoted, P.not ?? /["'\\`$#]/); used.add(k); fields.push(P.field(k, P.str(S(v, P.way)))); }
      else { const [k, v, c, lit] = benign(P.a); used.add(k); cls = c; const str2 = c === 'null' ? P.nil : lit && P.ctx !== 'docker-inspect' && P.ctx !== 'php-serialize' && P.ctx !== 'otel-attributes' ? v : P.str(P.way(v)); fields.push(P.field(k, str2)); }
    };
    bed = []; first();
    if (!P.max) {
      const extra = D.p(0.06) ? n(8, 20) : n(0, 3);
      for (let i = 0; i < extra; i++) { const [k, v] = D.p(0.6) ? plainField(P.a) : ((): [string, string] => { const b = benign(P.a); return b[2] === 'null' ? plainField(P.a) : [b[0], b[1]]; })(); if (used.has(k) || (!P.quoted && /[\s"',;()[\]{}]/.test(v))) continue; used.add(k); fields.push(P.field(k, P.str(P.way(v)))); }
      if (good && bed[0]!.group !== 'words' && D.p(0.2)) { for (let t = 0; t < 20; t++) { const [k, v] = pair(P.a, P.quoted, P.not ?? /["'\\`$#]/); if (used.has(k) || v.group === 'words') continue; fields.push(P.field(k, P.str(S(v, P.way)))); break; } }
      const head = fields[0] as string; if (!/x\[0\]/.test(String(P.wrap))) fields.sort(() => D.next() - 0.5); else if (fields[0] !== head) fields.unshift(head);
    }
    let line = P.wrap(fields);
    if (good && [...line].filter((c) => c === END).length !== bed.length) { // a printer that shows one field only
      const kept = bed.filter((_v, i) => line.includes(String.fromCharCode(BASE + i))); if (kept.length !== 1 || bed[0] !== kept[0]) continue; bed = kept;
    }
    if (!P.quoted && good && bed.some((v) => /[\s,;]/.test(v.raw))) continue;
    if (!P.quoted && !good && (/ui-text/.test(cls))) continue;
    return [P.ctx, line, cls];
  }
}

// ------------------------------------------------------------------ one system after another
interface System { yes: (() => string)[]; no: [string, () => string][] }
const sys: Record<string, System> = {};
const add = (name: string, yes: (() => string)[], no: [string, () => string][]): void => { sys[name] = { yes, no }; };
const E = '\u001b';

add('github-actions', [
  () => `${ts()}   ${named('SCREAM', TK)}: ${S(key())}`, () => `${ts()} ##[debug]Evaluating: format('{0}', '${S(tok())}')`.replace('Evaluating: format(\'{0}\', ', 'token = ').replace(/\)$/, ''),
  () => `${ts()} ${E}[36;1mcurl -fsSL -H "Authorization: Bearer ${S(tok())}" https://api.northwind.dev/deploy${E}[0m`, () => `${ts()}   ${named('SCREAM', PW)}: ${S(bigPass())}`, () => `${ts()} ::set-output name=token::${S(tok())}`, () => `${ts()} git remote set-url origin https://x-access-token:${S(pv('github'))}@github.com/northwind/${sv()}`,
], [
  ['masked', () => `${ts()}   ${named('SCREAM', TK)}: ***`], ['masked', () => `${ts()} [command]/usr/bin/git config --local http.https://github.com/.extraheader AUTHORIZATION: basic ***`], ['digest', () => `${ts()} Cache restored from key: Linux-node-${hex(64)}`], ['git-sha', () => `${ts()} Download action repository 'actions/create-github-app-token@v1' (SHA:${hex(40)})`], ['state', () => `${ts()} GITHUB_TOKEN Permissions`], ['state', () => `${ts()}   persist-credentials: ${of('true', 'false')}`], ['log', () => `${ts()} Warning: Input 'repo-token' is deprecated, use github_token`], ['reference', () => `${ts()}   token: \${{ secrets.${named('SCREAM', TK)} }}`], ['log', () => `${ts()} ##[error]Bad credentials - https://docs.github.com/rest`], ['log', () => `${ts()}   id-token: write`],
]);
add('jenkins', [
  () => `+ mvn -B deploy -Dnexus.user=${u()} -Dnexus.password=${S(bigPass())}`, () => `+ sonar-scanner -Dsonar.login=${S(G(hex(40), 'hex40'))}`.replace('sonar.login', 'sonar.token'), () => `[${sv()}-pipeline] $ /bin/sh -xe /tmp/jenkins${n(10 ** 6, 10 ** 9)}.sh --registry-password ${S(pass())}`, () => `12:0${n(0, 9)}:17  + export ${named('SCREAM', TK)}=${S(tok())}`, () => `          <password>${S(passQ(), xml)}</password>`,
], [
  ['masked', () => `+ docker login -u ${u()} -p **** registry.northwind.dev`], ['log', () => `[Pipeline] withCredentials`], ['log', () => `Masking supported pattern matches of $NEXUS_PASSWORD or $SONAR_TOKEN`], ['name-ref', () => `using credential ${sv()}-deploy-key`], ['git-sha', () => `Checking out Revision ${hex(40)} (refs/remotes/origin/rotate-token)`], ['log', () => `ERROR: Could not find credentials entry with ID '${sv()}-ssh-key'`], ['encrypted', () => `          <password>{AQAAABAAAAAg${rb(32).toString('base64')}}</password>`],
]);
add('gitlab-ci', [
  () => `${E}[32;1m$ helm upgrade ${sv()} . --set global.authToken=${S(tok())}${E}[0;m`, () => `${E}[32;1m$ echo "${S(tok())}" | docker login -u ${u()} --password-stdin $CI_REGISTRY${E}[0;m`, () => `${E}[32;1m$ export ${named('SCREAM', PW)}=${S(bigPass())}${E}[0;m`, () => `fatal: unable to access 'https://gitlab-ci-token:${S(pv('gitlab'))}@gitlab.northwind.dev/${sv()}/app.git/': The requested URL returned error: 403`,
], [
  ['masked', () => `${E}[32;1m$ docker login -u "$CI_REGISTRY_USER" -p "$CI_REGISTRY_PASSWORD" $CI_REGISTRY${E}[0;m`], ['masked', () => `token=[MASKED] runner=${n(1, 900)}`], ['log', () => `Running with gitlab-runner 17.${n(0, 9)}.${n(0, 3)} (${hex(8)})`], ['git-sha', () => `Checking out ${hex(8)} as detached HEAD (ref is feat/secret-scan)...`], ['digest', () => `Using docker image sha256:${hex(64)} for alpine:3.20 with digest alpine@sha256:${hex(64)} ...`], ['log', () => `ERROR: Verifying runner... is removed  runner=${safe(9)}`.replace(/runner=.*/, 'status=403 token invalid')],
]);
add('spring-boot-crash', [
  () => `Caused by: com.mysql.cj.exceptions.CJException: Access denied; url=jdbc:mysql://${ho()}/${dbn()}?user=${u()}&password=${S(via(pass(), 'connection-string-password'), pct)}`, () => `spring.${of('datasource', 'rabbitmq', 'redis', 'mail', 'ldap')}.password=${S(pass())}`, () => `security.oauth2.client.registration.${sv()}.client-secret=${S(tok())}`, () => `${ts2()} DEBUG ${n(1, 9)} --- [main] o.s.b.c.ConfigDataEnvironment : jwt.secret -> '${S(machine())}'`,
], [
  ['masked', () => `"spring.datasource.password":{"value":"******"}`], ['class-name', () => `Parameter 0 of constructor in io.northwind.${sv()}.TokenService required a bean of type 'PasswordEncoder' that could not be found.`], ['placeholder', () => `Could not resolve placeholder '${sv()}.api-key' in value "\${${sv()}.api-key}"`], ['class-name', () => `Bean 'authTokenFilter' of type [io.northwind.${sv()}.AuthTokenFilter] is not eligible for getting processed by all BeanPostProcessors`], ['log', () => `${ts2()} WARN o.s.s.c.bcrypt.BCryptPasswordEncoder : Encoded password does not look like BCrypt`],
]);
add('django-crash', [
  () => `SECRET_KEY  '${S(G(both(az + d9 + '!@#%^&*(-_=+)', 50), 'random-printable-50', 'django-secret-key'))}'`.replace('  ', ' = '), () => `DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'HOST': '${ho()}', 'NAME': '${dbn()}', 'USER': '${u()}', 'PASSWORD': '${S(passQ())}'}}`, () => `EMAIL_HOST_PASSWORD = '${S(passQ())}'`, () => `django.db.utils.OperationalError: connection to "host=${ho()} user=${u()} password=${S(via(passS(), 'connection-string-password'))} dbname=${dbn()}" failed`, () => `SOCIAL_AUTH_GITHUB_SECRET = '${S(G(hex(40), 'hex40'))}'`,
], [
  ['masked', () => `SECRET_KEY = '********************'`], ['class-name', () => `AUTH_PASSWORD_VALIDATORS = [{'NAME': 'django.contrib.auth.password_validation.CommonPasswordValidator'}]`], ['class-name', () => `PASSWORD_HASHERS = ['django.contrib.auth.hashers.Argon2PasswordHasher']`], ['field-name', () => `CSRF_COOKIE_NAME = 'csrftoken'`], ['duration', () => `PASSWORD_RESET_TIMEOUT = ${n(600, 300000)}`], ['field-name', () => `SESSION_COOKIE_NAME = 'sessionid'  CSRF_HEADER_NAME = 'HTTP_X_CSRFTOKEN'`], ['log', () => `Forbidden (CSRF token from POST incorrect.): /accounts/password/reset/`], ['reference', () => `SECRET_KEY = os.environ['DJANGO_SECRET_KEY']`],
]);
add('rails-crash', [
  () => `#<User id: ${n(1, 9999)}, email: "${mailA()}", api_token: "${S(machine())}", created_at: "${day()} ${clock()}">`, () => `ActiveRecord::NoDatabaseError ({:adapter=>"postgresql", :host=>"${ho()}", :username=>"${u()}", :password=>"${S(passQ(), js)}"}):`, () => `  Parameters: {"session"=>{"email"=>"${mailA()}", "passwd"=>"${S(passQ(), js)}"}, "commit"=>"Log in"}`, () => `User Load (0.${n(1, 9)}ms)  SELECT "users".* FROM "users" WHERE "users"."authentication_token" = '${S(machine())}' LIMIT 1`,
], [
  ['masked', () => `  Parameters: {"user"=>{"email"=>"${mailA()}", "password"=>"[FILTERED]", "password_confirmation"=>"[FILTERED]"}}`], ['null', () => `#<User id: ${n(1, 999)}, encrypted_password: [FILTERED], reset_password_token: nil, confirmation_token: nil>`], ['log', () => `Can't verify CSRF token authenticity.`], ['log', () => `Completed 422 Unprocessable Entity; Password confirmation doesn't match Password`], ['sql', () => `User Load (0.${n(1, 9)}ms)  SELECT "users".* FROM "users" WHERE "users"."reset_password_token" = $1 LIMIT $2  [["reset_password_token", "[FILTERED]"], ["LIMIT", 1]]`],
]);
add('laravel-crash', [
  () => `[${day()} ${clock()}] production.ERROR: SQLSTATE[HY000] #0 Connector.php(70): PDO->__construct('mysql:host=${ho()};dbname=${dbn()}', '${u()}', '${S(passQ())}', Array)`, () => `#3 /var/www/app/Services/Mailer.php(${n(10, 99)}): Swift_Transport->login('${mailA()}', '${S(passQ())}')`, () => `APP_KEY=${S(G('base64:' + rb(32).toString('base64'), 'base64-44', 'laravel-app-key'))}`, () => `"JWT_SECRET" => "${S(G(both(b62, 64), 'alnum-49-64'))}"`, () => `"DB_PASSWORD" => "${S(passQ())}"`,
], [
  ['masked', () => `"DB_PASSWORD" => "****************"`], ['null', () => `"MAIL_PASSWORD" => null`], ['class-name', () => `#12 Illuminate\\Foundation\\Http\\Middleware\\VerifyCsrfToken->handle(Object(Illuminate\\Http\\Request), Object(Closure))`], ['log', () => `[${day()} ${clock()}] local.ERROR: Personal access client not found. Please create one.`], ['sql', () => `insert into \`password_reset_tokens\` (\`email\`, \`token\`, \`created_at\`) values (?, ?, ?)`],
]);
add('dotnet-crash', [
  () => `System.Data.SqlClient.SqlException (0x80131904): Login failed. ConnectionString=Server=${ho()};Initial Catalog=${dbn()};User ID=${u()};Password=${S(via(passS(), 'connection-string-password'))};Encrypt=True`, () => `info: Startup[0] Configuration[Jwt:SigningKey] = ${S(machine())}`, () => `      "${of('Smtp', 'Ldap', 'Sap')}:Password": "${S(passQ(), js)}",`, () => `Unhandled exception: RabbitMQ.Client: amqps://${u()}:${S(via(pass(), 'connection-string-password'), pct)}@${ho()}:5671/%2f unreachable`, () => `AzureAd__ClientSecret=${S(bp('azure-client-secret', both(b62, 3) + '8Q~' + safe(34)))}`,
], [
  ['masked', () => `ConnectionString=Server=${ho()};Database=${dbn()};User Id=${u()};Password=*****;`], ['state', () => `Data Source=${ho()};Initial Catalog=${dbn()};Integrated Security=SSPI;Persist Security Info=False`], ['log', () => `Microsoft.IdentityModel.Tokens.SecurityTokenExpiredException: IDX10223: Lifetime validation failed. The token is expired.`], ['class-name', () => `   at Microsoft.AspNetCore.Authentication.JwtBearer.JwtBearerHandler.HandleAuthenticateAsync()`], ['id', () => `publicKeyToken=${'b77a5c561934e089'}, Version=4.0.0.0, Culture=neutral`], ['id', () => `IDX10501: Signature validation failed. Unable to match key: kid: '${HEX(40)}'`], ['name-ref', () => `Reading configuration from Key Vault https://kv-${sv()}.vault.azure.net/ secret 'Smtp--Password'`],
]);
add('kubernetes', [
  () => `    kubectl.kubernetes.io/last-applied-configuration: {"apiVersion":"v1","data":{"password":"${S(G(Buffer.from(typed().raw).toString('base64'), 'base64-of-password', 'kubernetes-secret-data'))}"},"kind":"Secret","metadata":{"name":"${sv()}"}}`, () => `${n(1, 59)}m  Normal  Created  pod/${sv()}-${both(az + d9, 9)}-${both(az + d9, 5)}  Created container with args [--listen=:8080 --admin-token=${S(tok())}]`, () => `      --token=${S(G(both(az + d9, 6) + '.' + both(az + d9, 16), 'kubeadm-token'))}`, () => `kubeadm join ${ip()}:6443 --token ${S(G(both(az + d9, 6) + '.' + both(az + d9, 16), 'kubeadm-token'))} --discovery-token-ca-cert-hash sha256:${hex(64)}`, () => `    token: ${S(jwtOf(true))}`, () => `- {name: ${named('SCREAM', PW)}, value: "${S(passQ(), js)}"}`, () => `K3S_TOKEN=${S(G('K10' + hex(64) + '::server:' + hex(32), 'k3s-token'))}`,
], [
  ['log', () => `Warning  FailedMount  MountVolume.SetUp failed for volume "tls" : secret "${sv()}-tls" not found`], ['log', () => `Normal  Pulled  Successfully pulled image "registry.northwind.dev/${sv()}@sha256:${hex(64)}"`], ['log', () => `Error: couldn't find key api-key in Secret default/${sv()}-env`], ['name-ref', () => `      envFrom: [{secretRef: {name: ${sv()}-secrets}}]`], ['log', () => `E${z2(n(1, 12))}${z2(n(1, 28))} ${clock()} authentication.go:${n(50, 90)}] "Unable to authenticate the request" err="invalid bearer token"`], ['digest', () => `--discovery-token-ca-cert-hash sha256:${hex(64)}`], ['id', () => `uid: ${guid()} resourceVersion: "${n(10 ** 6, 10 ** 8)}"`], ['path', () => `      tokenPath: /var/run/secrets/eks.amazonaws.com/serviceaccount/token`], ['duration', () => `  expirationSeconds: ${n(600, 7200)} # service account token`],
]);
add('proxy-log', [
  () => `[${ts()}] "GET /v2/${sv()}?${of('api_key', 'apikey', 'access_token', 'token')}=${S(key(), pct)}&limit=50 HTTP/2" 200 - 0 ${n(10, 9999)} ${n(1, 90)} "${ip()}" "okhttp/4.12" "${guid()}" "${sv()}.int"`, () => `haproxy[${n(100, 9999)}]: ${ip()}:${n(1024, 65000)} [${z2(n(1, 28))}/${mon()}/2026:${clock()}.${n(100, 999)}] fe_tls~ be_${sv()}/srv1 0/0/1/12/13 200 ${n(100, 9999)} - - ---- 1/1/0/0/0 0/0 {Bearer ${S(tok())}|curl/8.6} "GET /api HTTP/1.1"`, () => `{"authority":"${sv()}.northwind.dev","path":"/login?user=${u()}&password=${S(passS(), pct)}","response_code":"200","x_request_id":"${guid()}"}`, () => `${ip()} - ${u()} [${z2(n(1, 28))}/${mon()}/2026:${clock()} +0000] "GET /feeds/private.atom?token=${S(machine(), pct)} HTTP/1.1" 200 ${n(99, 9999)}`, () => `{"ClientHost":"${ip()}","RequestPath":"/hook","request_X-Gitlab-Token":"${S(machine())}","DownstreamStatus":${of(200, 204)}}`,
], [
  ['url', () => `[${ts()}] "POST /realms/${sv()}/protocol/openid-connect/token HTTP/1.1" 401 - 67 ${n(10, 999)} ${n(1, 90)} "${ip()}" "${guid()}"`], ['url', () => `haproxy[${n(100, 9999)}]: ${ip()}:${n(1024, 65000)} [${z2(n(1, 28))}/${mon()}/2026:${clock()}.${n(100, 999)}] fe be/srv 0/0/1/2/3 302 311 - - ---- 1/1/0/0/0 0/0 "GET /password/forgot?lang=de HTTP/1.1"`], ['id', () => `{"x_request_id":"${guid()}","upstream_cluster":"outbound|443||vault.int","path":"/v1/auth/token/lookup-self","response_code":"403"}`], ['masked', () => `"GET /export?api_key=REDACTED&format=csv HTTP/1.1" 200 ${n(100, 9999)}`], ['url', () => `"GET /static/js/token-${hex(8)}.min.js HTTP/1.1" 304 0`], ['digest', () => `"GET /v2/${sv()}/blobs/sha256:${hex(64)} HTTP/1.1" 200 ${n(1000, 99999)} "docker/27.0"`], ['url', () => `"GET /assets/app.css?v=${hex(32)} HTTP/1.1" 200 ${n(1000, 99999)}`]
]);
add('redis', [
  () => `${n(1700000000, 1795000000)}.${n(100000, 999999)} [0 ${ip()}:${n(1024, 65000)}] "AUTH" ${of('', '"default" ')}"${S(bigPass())}"`, () => `${n(1700000000, 1795000000)}.${n(100000, 999999)} [0 lua] "CONFIG" "SET" "requirepass" "${S(pass())}"`, () => `ACL SETUSER ${u()} on >${S(endsWell())} ~cache:* +get +set`, () => `redis-server *:6379 --requirepass ${S(pass())} --appendonly yes`, () => `sentinel auth-pass mymaster ${S(pass())}`,
], [
  ['log', () => `WRONGPASS invalid username-password pair or user is disabled.`], ['masked', () => `${n(1700000000, 1795000000)}.${n(100000, 999999)} [0 ${ip()}:${n(1024, 65000)}] "AUTH" "(redacted)" "(redacted)"`], ['id', () => `${n(1700000000, 1795000000)}.${n(100000, 999999)} [0 ${ip()}:${n(1024, 65000)}] "GET" "cache:user:${guid()}"`], ['log', () => `${n(1, 99)}:M ${z2(n(1, 28))} ${mon()} 2026 ${clock()} # Warning: no password is set, use requirepass`], ['id', () => `Replication ID ${hex(40)} offset ${n(1, 99999)} master_replid2:${'0'.repeat(40)}`], ['log', () => `NOAUTH Authentication required.`]
]);
add('mongo', [
  () => `{"t":{"$date":"${ts()}"},"s":"I","c":"NETWORK","msg":"Starting new replica set monitor","attr":{"uri":"mongodb://${u()}:${S(via(pass(), 'connection-string-password'), pct)}@${ho()}:27017/${dbn()}?replicaSet=rs0"}}`, () => `${dbn()}> db.createUser({user: "${u()}", pwd: "${S(passQ(), js)}", roles: ["readWrite"]})`, () => `MongoServerError: auth failed for mongodb+srv://${u()}:${S(via(pass(), 'connection-string-password'), pct)}@c0.${both(az + d9, 5)}.mongodb.net/`, () => `db.changeUserPassword("${u()}", "${S(passQ(), js)}")`, () => `mongodump --uri="mongodb://${u()}:${S(via(pass(), 'connection-string-password'), pct)}@${ho()}/${dbn()}" --gzip`,
], [
  ['masked', () => `{"c":"COMMAND","msg":"Slow query","attr":{"command":{"createUser":"${u()}","pwd":"xxx","roles":[]},"durationMillis":${n(100, 900)}}}`], ['algorithm', () => `{"c":"ACCESS","msg":"Authentication succeeded","attr":{"mechanism":"SCRAM-SHA-256","user":"${u()}","remote":"${ip()}:${n(1024, 65000)}"}}`], ['id', () => `{"_id":{"$oid":"${hex(24)}"},"tokenCount":${n(1, 99)},"secretVersion":2}`], ['state', () => `security: {authorization: enabled, keyFile: /etc/mongo/keyfile}`], ['url', () => `mongodb://${ho()}:27017/?replicaSet=rs0&authMechanism=MONGODB-X509`], ['log', () => `MongoServerError: Password doesn't satisfy the password policy`],
]);
add('postgres-log', [
  () => `${ts2()} CET [${n(100, 9999)}] STATEMENT:  ALTER ROLE ${u()} WITH PASSWORD '${S(passQ(), (s) => s.replace(/'/g, "''"))}'`, () => `${ts2()} LOG:  execute <unnamed>: CREATE USER ${u().replace(/-/g, '_')} LOGIN PASSWORD '${S(passQ())}'`, () => `primary_conninfo = 'host=${ho()} user=replicator password=${S(via(passS(), 'connection-string-password'))} sslmode=prefer'`, () => `ERROR:  could not connect to the publisher: host=${ho()} dbname=${dbn()} user=repl password=${S(via(passS(), 'connection-string-password'))}`, () => `CREATE SUBSCRIPTION s1 CONNECTION 'host=${ho()} user=repl password=${S(via(passS(), 'connection-string-password'))}' PUBLICATION p1;`, () => `"${u()}" "${S(typed())}"`.replace(/^/, 'pgbouncer userlist.txt: '),
], [
  ['log', () => `${ts2()} FATAL:  password authentication failed for user "${u()}"`], ['log', () => `${ts2()} DETAIL:  Connection matched pg_hba.conf line ${n(80, 120)}: "host all all 0.0.0.0/0 scram-sha-256"`], ['sql', () => `ALTER ROLE ${u()} PASSWORD NULL;`], ['algorithm', () => `password_encryption = scram-sha-256`], ['path', () => `ssl_key_file = '/etc/ssl/private/pg.key'`], ['duration', () => `authentication_timeout = 60s  # password prompt`], ['sql', () => `ERROR:  null value in column "api_token" of relation "users" violates not-null constraint`], ['log', () => `FATAL:  no password assigned to user "${u()}"`],
]);
add('kafka', [
  () => `sasl.jaas.config = org.apache.kafka.common.security.${of('plain.PlainLoginModule', 'scram.ScramLoginModule')} required username="${u()}" password="${S(passQ(), js)}";`, () => `\tssl.${of('keystore', 'truststore', 'key')}.password = ${S(pass())}`, () => `basic.auth.user.info=${both(AZ + d9, 16)}:${S(G(both(b62 + '+/', 64), 'base64-64', 'confluent-secret'))}`, () => `kafka-configs.sh --alter --add-config 'SCRAM-SHA-512=[password=${S(endsWell())}]' --entity-type users --entity-name ${u()}`,
], [
  ['masked', () => `\tsasl.jaas.config = [hidden]`], ['masked', () => `\tssl.${of('keystore', 'truststore', 'key')}.password = [hidden]`], ['null', () => `\tssl.${of('keystore', 'truststore', 'key')}.password = null`], ['class-name', () => `\tkey.deserializer = class org.apache.kafka.common.serialization.StringDeserializer`], ['algorithm', () => `\tssl.keymanager.algorithm = SunX509`], ['algorithm', () => `\tsasl.mechanism = SCRAM-SHA-512`], ['null', () => `\tsasl.oauthbearer.token.endpoint.url = null`], ['duration', () => `\tdelegation.token.expiry.time.ms = ${n(10 ** 6, 10 ** 8)}`], ['id', () => `Cluster ID: ${safe(22)} node ${n(1, 9)}`],
]);
add('android-logcat', [
  () => `${z2(n(1, 12))}-${z2(n(1, 28))} ${clock()}.${n(100, 999)} ${n(1000, 9999)} ${n(1000, 9999)} D AuthRepository: refreshToken=${S(tok())}`, () => `I/okhttp.OkHttpClient(${n(1000, 29999)}): Authorization: Bearer ${S(jwtOf(true))}`, () => `D/LoginActivity( ${n(1000, 9999)}): login user=${u()} password=${S(passS())}`, () => `I/flutter (${n(1000, 29999)}): {email: ${mailA()}, password: ${S(endsWell())}}`, () => `V/RetrofitClient: --> POST /v1/session {"pin_secret":"${S(machine())}"}`.replace('pin_secret', 'client_secret'), () => `W/System.err(${n(1000, 9999)}): apiKey = ${S(pv('gcp'))}`,
], [
  ['log', () => `W/FirebaseMessaging(${n(1000, 9999)}): Token retrieval failed: SERVICE_NOT_AVAILABLE`], ['count', () => `D/PasswordStrengthView(${n(1000, 9999)}): score=${n(0, 4)} length=${n(4, 20)}`], ['class-name', () => `E/AndroidRuntime(${n(1000, 9999)}): at com.northwind.auth.TokenInterceptor.intercept(TokenInterceptor.kt:${n(10, 99)})`], ['log', () => `I/Keystore2: Key alias ${sv()}_biometric not found, creating`], ['null', () => `D/AuthRepository(${n(1000, 9999)}): accessToken=null refreshToken=null`], ['log', () => `I/WindowManager: Focus moving to Window{${hex(7)} u0 com.northwind/.PasswordActivity} token=android.os.BinderProxy@${hex(7)}`],
]);
add('ios-oslog', [
  () => `${day()} ${clock()}.${n(100000, 999999)}+0100 Northwind[${n(100, 9999)}:${n(10000, 99999)}] [auth] refreshToken: ${S(tok())}`, () => `default\t${clock()}\tNorthwind\tkeychain add account=${u()} password=${S(passS())}`, () => `[network] headers: ["Authorization": "Bearer ${S(tok())}", "Accept": "application/json"]`, () => `(lldb) po credentials.password -> "${S(passQ())}"`,
], [
  ['masked', () => `${day()} ${clock()}.${n(100000, 999999)}+0100 Northwind[${n(100, 9999)}] [auth] token=<private> user=<private>`], ['masked', () => `apiKey: <mask.hash: '${rb(16).toString('base64')}'>`], ['log', () => `SecKeyCreateRandomKey failed: errSecInteractionNotAllowed (-25308)`], ['log', () => `AutoFill: strong password assistance offered for field newPassword`], ['id', () => `APNs registration finished for topic com.northwind.${sv()} env=production`], ['log', () => `nw_protocol_boringssl verify: trusted, server key type ECDSA`],
]);
add('ldap-ldif', [
  () => `userPassword: ${S(passS())}`, () => `userPassword:: ${S(G(Buffer.from(loud(/["\\]/).raw).toString('base64'), 'base64-of-password', 'ldap-password'))}`, () => `unicodePwd:: ${S(G(Buffer.from('"' + typed().raw + '"', 'utf16le').toString('base64'), 'base64-of-password', 'ldap-password'))}`, () => `olcRootPW: ${S(pass())}`, () => `ldapmodify -x -H ldaps://${ho()} -D cn=admin,dc=northwind,dc=dev -w ${S(pass())} -f change.ldif`, () => `bindpw ${S(bigPass())}`, () => `ldap_default_authtok = ${S(pass())}`, () => `conn=${n(1000, 9999)} op=1 MOD dn="uid=${u()},ou=people" attr userPassword newvalue="${S(passS())}"`,
], [
  ['duration', () => `pwdMaxAge: ${n(10 ** 5, 10 ** 7)}`], ['id', () => `objectGUID:: ${rb(16).toString('base64')}`], ['public-key', () => `userCertificate;binary:: MIID${from(b62 + '+/', 200)}`], ['name-ref', () => `pwdPolicySubentry: cn=default,ou=policies,dc=northwind,dc=dev`], ['count', () => `pwdLastSet: ${n(132, 134)}${from(d9, 15)}`], ['log', () => `conn=${n(1000, 9999)} op=0 BIND dn="uid=${u()},ou=people,dc=northwind,dc=dev" method=128`], ['field-name', () => `olcAccess: to attrs=userPassword by self write by anonymous auth by * none`], ['public-key', () => `sshPublicKey: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${from(b62 + '+/', 43)} ${mailA()}`], ['path', () => `ldap_default_authtok_type = obfuscated_password`], ['id', () => `entryUUID: ${guid()} entryCSN: ${n(2023, 2026)}0101000000.000000Z#000000#000#000000`],
]);
add('radius', [
  () => `client ${ip()} { secret = ${S(bigPass())} shortname = ${of('ap1', 'vpn')} }`, () => `${u()}  Cleartext-Password := "${S(passQ(), js)}"`, () => `(${n(1, 99)})   User-Password = "${S(passQ(), js)}"`, () => `radtest ${u()} ${S(endsWell())} ${ip()} 0 ${S(machine())}`, () => `radius-server host ${ip()} auth-port 1812 key ${S(bigPass())}`, () => `auth_server_shared_secret=${S(bigPass())}`,
], [
  ['log', () => `(${n(1, 99)}) pap: ERROR: Cleartext password does not match "known good" password`], ['algorithm', () => `${u()}  Auth-Type := EAP`], ['log', () => `Auth: (${n(1, 99)}) Login incorrect (mschap: MS-CHAP2-Response is incorrect): [${u()}/<via Auth-Type = mschap>]`], ['digest', () => `(${n(1, 99)})   Message-Authenticator = 0x${hex(32)}`], ['id', () => `(${n(1, 99)})   State = 0x${hex(32)}`], ['log', () => `Error: Ignoring request to auth address * port 1812 from unknown client ${ip()} (no shared secret)`], ['masked', () => `(${n(1, 99)})   User-Password = "<<< secret >>>"`],
]);
add('sip', [
  () => `register => ${n(1000, 9999)}:${S(endsWell())}@sip.${of('telco.example', 'northwind.dev')}/${n(100, 999)}`, () => `secret=${S(bigPass())} ; peer ${n(1000, 9999)}`, () => `[auth${n(100, 999)}](!) type=auth auth_type=userpass username=${n(1000, 9999)} password=${S(bigPass())}`, () => `sip.conf: ${n(100, 999)}: md5secret unset, secret=${S(bigPass())}, context=internal`, () => `mailbox ${n(100, 999)} => vmsecret="${S(typed())}"`.replace('vmsecret', 'password'),
], [
  ['id', () => `WWW-Authenticate: Digest algorithm=MD5, realm="asterisk", nonce="${hex(8)}"`], ['id', () => `Call-ID: ${hex(32)}@${ip()}:5060`], ['id', () => `Via: SIP/2.0/UDP ${ip()}:5060;branch=z9hG4bK${hex(20)};rport`], ['log', () => `NOTICE[${n(1000, 9999)}]: chan_sip.c: Registration from '<sip:${n(100, 999)}@${ip()}>' failed for '${ip()}' - Wrong password`], ['algorithm', () => `auth_type=userpass`], ['id', () => `Contact: <sip:${n(100, 999)}@${ip()}:5060>;+sip.instance="<urn:uuid:${guid()}>"`],
]);
add('snmp', [
  () => `snmp-server community ${S(endsWell())} ${of('RO', 'RW')} ${n(1, 99)}`, () => `snmpwalk -v2c -c ${S(endsWell())} ${ip()} .1.3.6.1.2.1.1`, () => `createUser ${u()} SHA-256 "${S(passQ())}" AES "${S(machine())}"`, () => `snmpget -v3 -l authPriv -u ${u()} -a SHA -A ${S(endsWell())} -x AES -X ${S(endsWell())} ${ip()} sysUpTime.0`, () => `rocommunity ${S(endsWell())} ${ip()}/24`,
], [
  ['log', () => `%SNMP-3-AUTHFAIL: Authentication failure for SNMP request from host ${ip()}`], ['id', () => `snmpEngineID: 0x80001f88${hex(18)}`], ['algorithm', () => `snmp-server group OPS v3 priv read ALL access ${n(1, 99)}`], ['reference', () => `community: \${SNMP_COMMUNITY}`], ['log', () => `snmpd[${n(100, 9999)}]: Connection from UDP: [${ip()}]:${n(1024, 65000)}->[${ip()}]:161`],
]);
add('ipsec', [
  () => `${ip()} ${of('%any', ip())} : PSK "${S(passQ())}"`, () => `    secret = "${S(passQ(), js)}"  # ike-${sv()}`, () => `${u()} : EAP "${S(passQ())}"`, () => `set vpn ipsec site-to-site peer ${ip()} authentication pre-shared-secret ${S(bigPass())}`, () => `crypto isakmp key ${S(bigPass())} address ${ip()}`, () => `set security ike policy IKE-${sv()} pre-shared-key ascii-text "${S(passQ())}"`, () => `config vpn ipsec phase1-interface: set psksecret ${S(bigPass())}`,
], [
  ['path', () => `: RSA ${sv()}-vpn.key.pem`], ['algorithm', () => `    ike=aes256-sha256-modp2048! esp=aes256gcm16-ecp384`], ['state', () => `    authby=secret leftauth=psk rightauth=pubkey`], ['log', () => `charon: ${z2(n(1, 16))}[IKE] no shared key found for '${ip()}' - '${ip()}'`], ['id', () => `charon: 07[IKE] IKE_SA ${sv()}[${n(1, 99)}] established, SPIs: ${hex(16)}_i* ${hex(16)}_r`], ['encrypted', () => `set psksecret ENC ${rb(60).toString('base64')}`], ['log', () => `pluto[${n(100, 999)}]: loading secrets from "/etc/ipsec.secrets"`],
]);
add('wireguard', [
  () => `PrivateKey = ${S(G(rb(32).toString('base64'), 'base64-44', 'wireguard-private-key'))}`, () => `PresharedKey = ${S(G(rb(32).toString('base64'), 'base64-44', 'wireguard-preshared-key'))}`, () => `wg0: private-key=${S(G(rb(32).toString('base64'), 'base64-44', 'wireguard-private-key'))} public-key=${rb(32).toString('base64')} listen-port=51820`, () => `uci set network.wg0.private_key='${S(G(rb(32).toString('base64'), 'base64-44', 'wireguard-private-key'))}'`, () => `tailscale up --authkey ${S(pv('tailscale'))} --hostname ${sv()}`,
], [
  ['public-key', () => `PublicKey = ${rb(32).toString('base64')}`], ['public-key', () => `peer: ${rb(32).toString('base64')}`], ['public-key', () => `  public key: ${rb(32).toString('base64')}`], ['masked', () => `  private key: (hidden)`], ['log', () => `wireguard: wg0: Handshake for peer ${n(1, 9)} (${ip()}:51820) did not complete after 5 seconds, retrying`], ['path', () => `PostUp = wg set %i private-key /etc/wireguard/%i.key`], ['public-key', () => `wg set wg0 peer ${rb(32).toString('base64')} allowed-ips 10.7.0.${n(2, 250)}/32 endpoint ${ip()}:51820`], ['masked', () => `  preshared key: (hidden)`],
]);
add('cisco', [
  () => `username ${u()} privilege 15 password 0 ${S(endsWell())}`, () => `enable password ${S(bigPass())}`, () => ` password 7 ${S(G(z2(n(0, 15)) + HEX(of(16, 18, 22, 26)), 'cisco-type7', 'cisco-type7-password'))}`, () => `tacacs-server key ${S(bigPass())}`, () => ` ip ospf message-digest-key 1 md5 ${S(endsWell())}`, () => ` neighbor ${ip()} password ${S(bigPass())}`, () => ` key-string ${S(bigPass())}`, () => `wpa-psk ascii 0 ${S(endsWell())}`, () => `ppp chap password 0 ${S(endsWell())}`, () => `%PARSER-5-CFGLOG_LOGGEDCMD: User:${u()}  logged command:username ${u()} password ${S(bigPass())}`, () => `ntp authentication-key 1 md5 ${S(endsWell())}`,
], [
  ['state', () => `service password-encryption`], ['state', () => `no enable password`], ['state', () => `aaa authentication login default group tacacs+ local`], ['count', () => `crypto key generate rsa modulus ${of(2048, 4096)}`], ['name-ref', () => `key chain EIGRP-${sv().toUpperCase()}`], ['masked', () => `%PARSER-5-CFGLOG_LOGGEDCMD: User:${u()}  logged command:username ${u()} password *`], ['masked', () => `enable password <removed>`], ['count', () => `security passwords min-length ${n(8, 16)}`], ['log', () => `%SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: ${u()}] [Source: ${ip()}] [localport: 22] [Reason: Login Authentication Failed - BadPassword]`], ['state', () => ` ip ospf authentication message-digest`], ['name-ref', () => `tunnel protection ipsec profile ${sv()}-prof`], ['log', () => `%BGP-3-BADAUTH: No MD5 digest from ${ip()}(179) to ${ip()}`], ['id', () => `crypto pki certificate chain TP-self-signed-${n(10 ** 8, 10 ** 9)}`],
]);
add('juniper', [
  () => `            secret "${S(G('$9$' + both(b62 + './', n(16, 50)), 'junos-9', 'junos-type9-password'))}"; ## SECRET-DATA`, () => `set protocols bgp group ibgp authentication-key "${S(passQ())}"`, () => `set snmp community ${S(endsWell())} authorization read-only`, () => `set system radius-server ${ip()} secret "${S(passQ())}"`, () => `mgd[${n(1000, 9999)}]: UI_CMDLINE_READ_LINE: User '${u()}', command 'set system tacplus-server ${ip()} secret ${S(bigPass())} '`,
], [
  ['masked', () => `            secret /* SECRET-DATA */; ## SECRET-DATA`], ['state', () => `authentication-order [ radius password ];`], ['log', () => `sshd[${n(1000, 9999)}]: Failed password for ${u()} from ${ip()} port ${n(1024, 65000)} ssh2`], ['masked', () => `mgd[${n(1000, 9999)}]: UI_CFG_AUDIT_SET_SECRET: User '${u()}' set: [system radius-server ${ip()} secret]`], ['algorithm', () => `set security ike proposal P1 authentication-algorithm sha-256`], ['count', () => `set system login password minimum-length ${n(8, 16)}`]
]);
add('wifi', [
  () => `\tpsk="${S(passQ(), js)}"`, () => `\tpsk=${S(G(hex(64), 'hex64', 'wpa-psk'))}`, () => `wpa_passphrase=${S(D.of([typed, word, endsWell])())}`, () => `nmcli dev wifi connect ${of('Office-5G', 'Lab')} password ${S(bigPass())}`, () => `network={ssid="${of('Office', 'WH-Scanner')}" psk="${S(passQ(), js)}" key_mgmt=WPA-PSK}`, () => `\tpassword="${S(passQ(), js)}"  # eap ${u()}`, () => `wifi_password: "${S(passQ(), js)}"`, () => `<keyMaterial>${S(passQ(), xml)}</keyMaterial>`, () => `WIFI:T:WPA;S:${of('Guest', 'Office')};P:${S(endsWell())};;`, () => `    Key Content            : ${S(endsWell())}`,
], [
  ['algorithm', () => `\tkey_mgmt=WPA-PSK WPA-EAP`], ['algorithm', () => `\tphase2="auth=MSCHAPV2" eap=PEAP`], ['log', () => `wpa_supplicant[${n(100, 999)}]: wlan0: WPA: Key negotiation completed with ${Array.from({ length: 6 }, () => from(hx, 2)).join(':')} [PTK=CCMP GTK=CCMP]`], ['log', () => `wlan0: CTRL-EVENT-SSID-TEMP-DISABLED id=0 ssid="Office" auth_failures=${n(1, 9)} duration=${n(10, 90)} reason=WRONG_KEY`], ['state', () => `psk-flags=1`], ['masked', () => `802-11-wireless-security.psk:            <hidden>`], ['reference', () => `wifi_password: !secret wifi_password`],
]);
add('cron-mail', [
  () => `Subject: Cron <root@${of('db1', 'nas')}> /usr/bin/mysqldump -u ${u()} -p${S(typed())} ${dbn()} | gzip > /backup/${dbn()}.sql.gz`, () => `${bsd()} db1 CRON[${n(1000, 29999)}]: (root) CMD (PGPASSWORD=${S(pass())} pg_dump -h ${ho()} ${dbn()} > /backup/d.sql)`, () => `${n(0, 59)} ${n(0, 23)} * * * curl -fsS -u ${u()}:${S(pass())} https://${sv()}.northwind.dev/cron > /dev/null`, () => `*/5 * * * * API_TOKEN=${S(key())} /opt/${sv()}/sync.sh`, () => `0 2 * * 0 restic -r s3:s3.lan/b backup /srv --password-command "echo ${S(diceware('-'))}"`, () => `@daily duplicity --encrypt-key ${HEX(8)} /home ftp://${u()}:${S(via(pass(), 'connection-string-password'), pct)}@${ho()}/dup`,
], [
  ['log', () => `${bsd()} db1 CRON[${n(1000, 29999)}]: (root) CMD (/opt/${sv()}/rotate-tokens.sh --dry-run)`], ['path', () => `0 2 * * * restic -r /mnt/b backup /srv --password-file /root/.restic-pass`], ['log', () => `Subject: Cron <root@nas> test -x /usr/sbin/anacron || run-parts /etc/cron.daily`], ['reference', () => `30 4 * * * mysqldump --defaults-extra-file=/root/.my.cnf ${dbn()} > /backup/d.sql`], ['log', () => `mysqldump: [Warning] Using a password on the command line interface can be insecure.`], ['reference', () => `${n(0, 59)} 3 * * * curl -H "X-Token: $(cat /etc/${sv()}/token)" https://${sv()}.northwind.dev/`],
]);
add('htpasswd', [
  () => `$ htpasswd -nbB ${u()} ${S(D.of([endsWell, word, typed])())}`, () => `RUN htpasswd -bc /etc/nginx/.htpasswd ${u()} ${S(D.of([endsWell, word, machine])())}`, () => `printf '${u()}:%s\\n' "$(openssl passwd -apr1 '${S(passQ())}')" >> .htpasswd`,
], [['log', () => `Adding password for user ${u()}`], ['log', () => `Updating password for user ${u()}`], ['path', () => `AuthUserFile /etc/apache2/.htpasswd`], ['ui-text', () => `AuthName "Password required for ${sv()}"`], ['log', () => `[auth_basic:error] [pid ${n(100, 9999)}] [client ${ip()}:${n(1024, 65000)}] AH01617: user ${u()}: authentication failure for "/": Password Mismatch`], ['log', () => `no user/password was provided for basic authentication, client: ${ip()}, server: ${sv()}.northwind.dev`]]);
add('wire-dump', [
  () => `FTP ${n(60, 120)} Request: PASS ${S(bigPass())}`, () => `${clock()}.${n(100000, 999999)} IP ${ip()}.${n(1024, 65000)} > ${ip()}.110: Flags [P.], length ${n(10, 40)}: POP3: PASS ${S(bigPass())}`, () => `C: a${n(1, 99)} LOGIN ${u()} ${S(endsWell())}`, () => `C: AUTH PLAIN ${S(G(Buffer.from('\0' + u() + '\0' + typed().raw).toString('base64'), 'basic-b64', 'smtp-auth-plain'))}`, () => `    [truncated]Authorization: Basic ${S(basicOf(u()))}\\r\\n`, () => `        Credentials: ${u()}:${S(endsWell())}`, () => `    Form item: "password" = "${S(passQ())}"`, () => `    HTML Form URL Encoded: Form item: "client_secret" = "${S(machine())}"`, () => `> Cookie: lang=de; auth_token=${S(tok())}`, () => `> X-Auth-Token: ${S(key())}`, () => `* Server auth using Basic with user '${u()}' > Authorization: Basic ${S(basicOf(u()))}`, () => `HTTP HEADER: x-api-key: ${S(key())}\\x0d\\x0a`,
], [
  ['log', () => `FTP ${n(60, 120)} Response: 331 Password required for ${u()}.`], ['log', () => `FTP ${n(60, 120)} Response: 530 Login incorrect.`], ['log', () => `S: +OK POP3 ready, USER and PASS expected`], ['log', () => `S: 334 UGFzc3dvcmQ6`], ['state', () => `S: 250-AUTH LOGIN PLAIN XOAUTH2 CRAM-MD5`], ['id', () => `TLSv1.3 Record Layer: Handshake Protocol: Client Hello, Session ID: ${hex(64)}`], ['id', () => `0x00${n(10, 90)}:  ${Array.from({ length: 8 }, () => from(hx, 4)).join(' ')}  ................`], ['log', () => `< WWW-Authenticate: Basic realm="Password please"`], ['log', () => `HTTP/1.1 401 Unauthorized, {"error":"invalid_token"}`], ['digest', () => `< ETag: "${hex(32)}"`], ['id', () => `< Sec-WebSocket-Accept: ${rb(20).toString('base64')}`], ['id', () => `> Sec-WebSocket-Key: ${rb(16).toString('base64')}`], ['masked', () => `> Authorization: Basic <redacted>`],
]);
add('grpc', [
  () => `DEBUG grpc metadata: {authorization=[Bearer ${S(tok())}], user-agent=[grpc-java-netty/1.6${n(0, 9)}.0]}`, () => `md=map[:authority:[${sv()}.int:50051] x-api-key:[${S(key())}] user-agent:[grpc-go/1.6${n(0, 9)}.0]]`, () => `grpcurl -H 'authorization: Bearer ${S(tok())}' ${sv()}.int:443 list`, () => `Metadata(authorization=Basic ${S(basicOf(u()))},x-request-id=${guid()})`,
], [
  ['log', () => `rpc error: code = Unauthenticated desc = token has invalid claims: token is expired`], ['id', () => `md=map[grpc-trace-bin:[${rb(29).toString('base64')}] x-request-id:[${guid()}]]`], ['masked', () => `metadata: {authorization=[REDACTED], grpc-timeout=[5S]}`], ['log', () => `Status{code=PERMISSION_DENIED, description=API key not valid for this service}`], ['log', () => `/northwind.auth.v1.TokenService/IssueToken OK ${n(1, 90)}ms`],
]);
add('mqtt', [
  () => `mosquitto_pub -h ${ho()} -u ${u()} -P ${S(pass())} -t sensors/1 -m on`, () => `${n(1700000000, 1795000000)}: CONNECT client=${sv()}-${n(1, 99)} username=${u()} password=${S(passS())} keepalive=60`, () => `Backlog MqttUser ${u()}; MqttPassword ${S(endsWell())}`, () => `mosquitto_passwd -b /etc/mosquitto/pw ${u()} ${S(pass())}`, () => `remote_username ${u()} remote_password ${S(bigPass())}`,
], [['log', () => `${n(1700000000, 1795000000)}: New client connected from ${ip()}:${n(1024, 65000)} as ${sv()}-${hex(8)} (p5, c1, k60, u'${u()}').`], ['path', () => `password_file /etc/mosquitto/pwfile`], ['log', () => `CONNACK rc=4 (bad user name or password)`], ['boolean', () => `allow_anonymous false`], ['log', () => `${n(1700000000, 1795000000)}: Client ${sv()} disconnected, not authorised.`], ['path', () => `keyfile /etc/mosquitto/certs/server.key`]]);
add('vault-consul', [
  () => `SecretID:         ${S(guidKey())}`, () => `{"type":"response","auth":{"client_token":"${S(pv('vault2'))}","accessor":"hmac-sha256:${hex(64)}","policies":["default"]}}`, () => `Initial Root Token: ${S(pv('vault2'))}`, () => `Unseal Key ${n(1, 5)}: ${S(G(rb(33).toString('base64'), 'base64-44', 'vault-unseal-key'))}`, () => `{"acl":{"tokens":{"agent":"${S(guidKey())}"}},"datacenter":"dc1"}`, () => `consul agent -encrypt=${S(G(rb(32).toString('base64'), 'base64-44', 'consul-gossip-key'))} -join ${ip()}`, () => `vault write auth/approle/login role_id=${guid()} secret_id=${S(guidKey())}`, () => `export VAULT_TOKEN=${S(pv('vault'))}`, () => `nomad: token SecretID = ${S(guidKey())}, AccessorID = ${guid()}`,
], [['id', () => `AccessorID:       ${guid()}`], ['log', () => `{"type":"request","auth":{"client_token":"hmac-sha256:${hex(64)}","token_type":"service","token_ttl":2764800}}`], ['duration', () => `token_duration       768h`], ['state', () => `token_renewable      true`], ['state', () => `token_policies       ["default" "${sv()}-read"]`], ['log', () => `Error looking up token: Code: 403. Errors: * permission denied`], ['path', () => `Success! Data written to: kv/data/${sv()}/api-key`], ['log', () => `[WARN] agent: Coordinate update blocked by ACLs: accessorID=${guid()}`], ['state', () => `Seal Type shamir  Sealed false  Total Shares 5  Threshold 3`]]);
add('cloudformation', [
  () => `aws cloudformation deploy --stack-name ${sv()} --parameter-overrides DbPassword=${S(bigPass())}`, () => `{"ParameterKey":"MasterUserPassword","ParameterValue":"${S(passQ(), js)}"}`, () => `      MasterUserPassword: ${S(bigPass())}`, () => `{"AccessKey":{"UserName":"${u()}","AccessKeyId":"${S(pv('akia'))}","Status":"Active","SecretAccessKey":"${S(pv('aws'))}","CreateDate":"${ts()}"}}`, () => `terraform apply -auto-approve -var="db_password=${S(passS())}"`, () => `export TF_VAR_${named('snake', TK)}=${S(tok())}`, () => `{"SecretString":"{\\"username\\":\\"${u()}\\",\\"password\\":\\"${S(endsWell())}\\",\\"host\\":\\"${ho()}\\"}","VersionId":"${guid()}"}`, () => `az ad sp create-for-rbac: {"appId":"${guid()}","password":"${S(bp('azure-client-secret', both(b62, 3) + '8Q~' + safe(34)))}","tenant":"${guid()}"}`,
], [['reference', () => `      MasterUserPassword: '{{resolve:secretsmanager:${sv()}/db:SecretString:password}}'`], ['boolean', () => `  DbPassword: {Type: String, NoEcho: true, MinLength: ${n(8, 16)}}`], ['masked', () => `{"ParameterKey":"DbPassword","ParameterValue":"****"}`], ['id', () => `{"ARN":"arn:aws:secretsmanager:eu-north-1:${from('123456789', 12)}:secret:${sv()}/db-${both(b62, 6)}","Name":"${sv()}/db","VersionId":"${guid()}"}`], ['boolean', () => `      ManageMasterUserPassword: true`], ['id', () => `"KeyMetadata":{"KeyId":"${guid()}","KeyState":"Enabled","KeyUsage":"ENCRYPT_DECRYPT"}`], ['log', () => `An error occurred (ExpiredTokenException) when calling the GetCallerIdentity operation: The security token included in the request is expired`], ['state', () => `random_password.db: Refreshing state... [id=none]`], ['masked', () => `  ~ master_password = (sensitive value)`]]);
add('data-platform', [
  () => `AIRFLOW_CONN_${sv().toUpperCase()}=postgres://${u()}:${S(via(pass(), 'connection-string-password'), pct)}@${ho()}:5432/${dbn()}`, () => `fernet_key = ${S(G(rb(32).toString('base64').replace(/\+/g, '-').replace(/\//g, '_'), 'base64url-44', 'fernet-key'))}`, () => `[I ${clock()} NotebookApp] http://localhost:8888/?token=${S(G(hex(48), 'hex48', 'jupyter-token'))}`, () => `spark.hadoop.fs.s3a.secret.key ${S(pv('aws'))}`, () => `snowsql -a ${sv()} -u ${u()} --private-key-passphrase ${S(pass())}`, () => `    "fs.azure.account.key.${sv()}.dfs.core.windows.net": "${S(bp('azure-storage-key', rb(64).toString('base64')))}",`, () => `SELECT * FROM s3('https://b.s3.lan/x.csv', '${S(pv('akia'))}', '${S(pv('aws'))}', 'CSV')`, () => `      password: ${S(bigPass())}  # dbt profile ${sv()}`, () => `CREATE SECRET s (TYPE S3, KEY_ID '${S(pv('akia'))}', SECRET '${S(pv('aws'))}');`],
[['masked', () => `spark.hadoop.fs.s3a.secret.key=*********(redacted)`], ['reference', () => `      password: "{{ env_var('DBT_PASSWORD') }}"`], ['class-name', () => `spark.hadoop.fs.s3a.aws.credentials.provider com.amazonaws.auth.WebIdentityTokenCredentialsProvider`], ['count', () => `tokenizer: vocab=${n(30000, 250000)} max_tokens=${of(4096, 8192)} pad_token=<pad> eos_token=</s>`], ['count', () => `INFO llm.generate prompt_tokens=${n(1, 9000)} completion_tokens=${n(1, 900)} tokens_per_second=${n(10, 200)}.${n(0, 9)}`], ['count', () => `auth_tokens_issued_total{grant="refresh_token",client="${sv()}"} ${n(1, 99999)}`], ['reference', () => `fernet_key = {{ lookup('env', 'FERNET') }}`], ['log', () => `Broken DAG: 'The conn_id \`${sv()}_db\` isn't defined', password not set`], ['masked', () => `AIRFLOW_CONN_${sv().toUpperCase()}=postgres://${u()}:***@${ho()}:5432/${dbn()}`]]);
add('graphql', [
  () => `mutation { login(email: "${mailA()}", password: "${S(passQ(), js)}") { id } }`, () => `{"operationName":"SignIn","variables":{"input":{"email":"${mailA()}","password":"${S(passQ(), js)}"}},"query":"mutation SignIn($input: SignInInput!) { signIn(input: $input) { token } }"}`, () => `{"data":{"createApiKey":{"id":"${guid()}","secret":"${S(machine())}","name":"${sv()}"}}}`, () => `{"data":{"signIn":{"accessToken":"${S(jwtOf(true))}","expiresIn":900}}}`],
[['type', () => `mutation SignIn($email: String!, $password: String!) { signIn(email: $email, password: $password) { token refreshToken } }`], ['type', () => `input ResetPasswordInput { token: ID!, password: String!, passwordConfirmation: String! }`], ['log', () => `{"errors":[{"message":"Invalid token","extensions":{"code":"UNAUTHENTICATED"}}]}`], ['id', () => `{"data":{"apiKey":{"id":"${guid()}","lastUsedAt":null,"scopes":["read"]}}}`], ['digest', () => `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"${hex(64)}"}}}`], ['masked', () => `"variables":{"email":"${mailA()}","password":"[REDACTED]"}`]]);
add('windows-audit', [
  () => `EventID=4688 NewProcessName=C:\\Tools\\sqlcmd.exe CommandLine="sqlcmd -S ${ho()} -U sa -P ${S(endsWell())} -Q \\"select 1\\""`, () => `Process Command Line: net use \\\\fs02\\data /user:CORP\\${u()} ${S(endsWell())}`, () => `Process Command Line: schtasks /create /tn ${sv()} /tr run.bat /ru ${u()} /rp ${S(endsWell())}`, () => `Creating Scriptblock text (1 of 1): $p = ConvertTo-SecureString '${S(passQ())}' -AsPlainText -Force`, () => `CommandLine: psexec \\\\ws${n(10, 99)} -u CORP\\${u()} -p ${S(endsWell())} cmd`, () => `      <Password><Value>${S(passQ(), xml)}</Value><PlainText>true</PlainText></Password>`, () => `DefaultUserName=${u()} DefaultPassword=${S(passS())} AutoAdminLogon=1`, () => `cmdkey /generic:${sv()} /user:${u()} /pass:${S(endsWell())}`],
[['log', () => `EventID=4724 An attempt was made to reset an account's password. Subject=${u()} Target=${u()}`], ['log', () => `EventID=4625 Status=0xC000006D SubStatus=0xC000006A FailureReason=Unknown user name or bad password. LogonType=3`], ['id', () => `LogonGuid={${guid()}} KeyLength=128 LmPackageName=NTLM V2`], ['count', () => `EventID=4672 Privileges=SeTcbPrivilege TokenElevationType=%%1936`], ['class-name', () => `Password        : System.Security.SecureString`], ['class-name', () => `Credential      : System.Management.Automation.PSCredential`], ['path', () => `ObjectName=\\REGISTRY\\MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\Secrets AccessMask=0x1`], ['log', () => `EventID=5061 Cryptographic operation. KeyName=${guid()} AlgorithmName=RSA ReturnCode=0x0`]]);
add('unix-audit', [
  () => `${bsd()} web1 sudo:  ${u()} : TTY=pts/0 ; PWD=/home/${u()} ; USER=root ; COMMAND=/usr/bin/mysql -u root -p${S(typed())}`, () => `type=EXECVE msg=audit(${n(1700000000, 1795000000)}.${n(100, 999)}:${n(100, 9999)}): argc=4 a0="curl" a1="-u" a2="${u()}:${S(endsWell())}" a3="https://${sv()}.int"`, () => `${bsd()} web1 systemd[1]: ${sv()}.service: Executing: /usr/bin/${sv()} --api-token=${S(tok())} --verbose`, () => `${bsd()} nas sudo: ${u()} : TTY=pts/1 ; PWD=/srv ; USER=root ; COMMAND=/usr/bin/smbclient -U ${u()}%${S(endsWell())} //fs02/data`, () => `execve("/usr/bin/psql", ["psql", "postgresql://${u()}:${S(via(pass(), 'connection-string-password'), pct)}@${ho()}/${dbn()}"], 0x7ffd${hex(8)} /* ${n(20, 60)} vars */) = 0`, () => `write(4, "{\\"auth\\":{\\"password\\":\\"${S(endsWell())}\\"}}", ${n(30, 90)}) = ${n(30, 90)}`, () => `environ: HOME=/root ${named('SCREAM', TK)}=${S(tok())} TERM=xterm`],
[['path', () => `${bsd()} web1 sudo:  ${u()} : TTY=pts/0 ; PWD=/home/${u()} ; USER=root ; COMMAND=/usr/bin/passwd ${u()}`], ['log', () => `type=USER_AUTH msg=audit(${n(1700000000, 1795000000)}.${n(100, 999)}:${n(100, 9999)}): pid=${n(100, 9999)} op=PAM:authentication acct="${u()}" exe="/usr/bin/sudo" res=failed`], ['id', () => `type=PROCTITLE msg=audit(${n(1700000000, 1795000000)}.${n(100, 999)}:${n(100, 9999)}): proctitle=${hex(60).toUpperCase()}`.replace(/proctitle=.*/, 'proctitle="/usr/sbin/sshd"')], ['log', () => `${bsd()} web1 gpg-agent[${n(100, 9999)}]: failed to unprotect the secret key: Bad passphrase`], ['public-key', () => `type=CRYPTO_KEY_USER msg=audit(${n(1700000000, 1795000000)}.1:2): op=destroy kind=server fp=SHA256:${Array.from({ length: 32 }, () => from(hx, 2)).join(':')}`], ['path', () => `openat(AT_FDCWD, "/root/.ssh/id_rsa", O_RDONLY) = -1 EACCES (Permission denied)`], ['reference', () => `COMMAND=/usr/bin/mysql -u root -p`], ['path', () => `environ: HOME=/root PWD=/srv/${sv()} OLDPWD=/root SSH_AUTH_SOCK=/tmp/ssh-${both(b62, 10)}/agent.${n(100, 9999)}`]]);
add('email', [
  () => `Subject: Your new ${of('VPN', 'mailbox', 'portal')} password: ${S(bigPass())}`, () => `user=3D${u()} password=3D${S(endsWell(), qp)} host=3D${ho()}`, () => `> > Login: ${u()} / Password: ${S(pass())}`, () => `Good morning ${D.of(NAMES)}, here is the API key you asked for: ${S(key())}`, () => `PS: the ZIP password is ${S(pass())}`.replace('ZIP', 'archive'), () => `Guten Tag, Ihr Startkennwort ist ${S(bigPass())} und muss beim ersten Login geändert werden.`, () => `Voici le mot de passe du NAS : ${S(pass())}`, () => `La clave del router es ${S(bigPass())} (usuario ${u()}).`, () => `Segue a senha de acesso: ${S(pass())}`, () => `Kind regards; and please remember that the admin password "${S(passQ())}" is for the staging system only.`, () => `X-Auth-Key: ${S(key())}`],
[['id', () => `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=northwind.dev; s=s1; bh=${rb(32).toString('base64')}; b=${rb(128).toString('base64')}`], ['state', () => `Authentication-Results: mx.mail.example; dkim=pass header.i=@northwind.dev; spf=pass; dmarc=pass (p=REJECT)`], ['id', () => `Message-ID: <${guid()}@northwind.dev>`], ['id', () => `ARC-Seal: i=1; a=rsa-sha256; t=${n(1700000000, 1795000000)}; cv=none; d=google.com; s=arc-20240605; b=${rb(96).toString('base64')}`], ['prose', () => `Subject: Your password will expire in ${n(2, 14)} days`], ['prose', () => `Subject: Re: rotation of the API keys (${sv()})`], ['prose', () => `You are receiving this mail because a password reset was requested for ${mailA()}.`], ['prose', () => `Bitte ändern Sie Ihr Kennwort innerhalb von ${n(3, 30)} Tagen.`], ['prose', () => `Votre mot de passe a bien été modifié le ${day()}.`], ['prose', () => `El token de acceso caduca a los ${n(5, 60)} minutos.`], ['id', () => `X-MS-Exchange-CrossTenant-id: ${guid()}`], ['id', () => `List-Unsubscribe: <https://${sv()}.northwind.dev/u?m=${guid()}>`], ['id', () => `boundary="----=_Part_${n(1000, 9999)}_${n(10 ** 8, 10 ** 9)}.${n(10 ** 12, 10 ** 13)}"`], ['prose', () => `> Password: (sent separately by phone)`], ['prose', () => `The password will follow in a second mail to ${mailA()}.`]]);
add('chat-export', [
  () => `{"type":"message","user":"U0${both(AZ + d9, 9)}","text":"the ${sv()} password is \`${S(passQ(), js)}\`","ts":"${n(1700000000, 1795000000)}.${n(100000, 999999)}"}`, () => `{"type":"message","user":"U0${both(AZ + d9, 9)}","text":"can you try with this token ${S(vendor())} please","client_msg_id":"${guid()}"}`, () => `{"from":{"user":{"displayName":"${D.of(NAMES)}"}},"body":{"contentType":"html","content":"<p>pw for ${sv()}: <code>${S(passS(), xml)}</code></p>"}}`, () => `[${day()}, ${clock()}] ${D.of(NAMES)}: wifi password is ${S(pass())}`, () => `<${u()}> ${D.of(NAMES)}: api key = ${S(key())}`, () => `${D.of(NAMES)} | ${clock()} | dann nimm halt das Passwort ${S(bigPass())} bis morgen`, () => `(${clock().slice(0, 5)}) ${u()}: export ${named('SCREAM', TK)}=${S(tok())}`, () => `{"author":"${u()}","content":"client secret for sandbox: ${S(machine())}","id":"${n(10 ** 9, 10 ** 10)}"}`],
[['prose', () => `{"type":"message","user":"U0${both(AZ + d9, 9)}","text":"who can rotate the ${sv()} token? it expired again","ts":"${n(1700000000, 1795000000)}.${n(100000, 999999)}"}`], ['prose', () => `[${day()}, ${clock()}] ${D.of(NAMES)}: the password is in the vault, folder ${sv()}`], ['prose', () => `<${u()}> never post passwords here, use the secret share page`], ['id', () => `{"client_msg_id":"${guid()}","team":"T0${both(AZ + d9, 9)}","channel":"C0${both(AZ + d9, 9)}","text":"token refresh done"}`], ['prose', () => `${D.of(NAMES)} | ${clock()} | Passwort vergessen, kann jemand den Admin fragen?`], ['prose', () => `{"text":"API key created by <@U0${both(AZ + d9, 9)}> (id ${guid()})","bot_id":"B0${both(AZ + d9, 9)}"}`], ['prose', () => `<${u()}> what is the secret to a green build`], ['prose', () => `(${clock().slice(0, 5)}) ${u()}: max tokens was 4k, bumped to ${n(8, 200)}k`], ['masked', () => `[${day()}, ${clock()}] ${D.of(NAMES)}: pw: ***** (ask me)`]]);
add('git-log', [
  () => `    remove hard coded password '${S(passQ())}' from ${sv()} settings`, () => `-    requests.get(URL, headers={"X-Api-Key": "${S(key())}"})`, () => `+  command: ["redis-server", "--requirepass", "${S(pass())}"]`, () => `+    url: jdbc:mariadb://${ho()}/${dbn()}?user=${u()}&password=${S(via(passS(), 'connection-string-password'), pct)}`, () => `-machine git.northwind.dev login ${u()} password ${S(bigPass())}`, () => `+//npm.northwind.dev/:_authToken=${S(pv('npm'))}`],
[['git-sha', () => `${of('parent', 'tree', 'commit')} ${hex(40)}`], ['type', () => `@@ -${n(1, 300)},7 +${n(1, 300)},9 @@ def reset_password(self, token: str) -> None:`], ['reference', () => `+    password: \${env.${named('SCREAM', PW)}}`], ['prose', () => `    docs: describe how secrets are mounted, closes #${n(10, 9999)}`], ['git-sha', () => `index ${hex(7)}..${hex(7)} 100644 a/src/auth/token.rs`], ['type', () => `-    const token = await this.tokens.issue(user)`], ['type', () => `+    api_key: Optional[SecretStr] = Field(default=None)`], ['prose', () => `    Revert "require password for exports"`], ['digest', () => `+checksum = "${hex(64)}"`], ['digest', () => `-      "integrity": "sha512-${rb(64).toString('base64')}"`], ['reference', () => `+  existingSecret: ${sv()}-auth`]]);
add('game-and-home', [
  () => `rcon.password=${S(bigPass())}`, () => `rcon_password "${S(passQ())}"; sv_password "${S(passQ())}"`, () => `ota: {platform: esphome, password: "${S(passQ(), js)}"}`, () => `mqtt_password: ${S(bigPass())}`, () => `<Setting Key="AdminPassword">${S(passQ(), xml)}</Setting>`, () => `api: {encryption: {key: "${S(G(rb(32).toString('base64'), 'base64-44'))}"}}`, () => `ServerAdminPassword=${S(pass())}`],
[['boolean', () => `enable-rcon=false`], ['reference', () => `  password: !secret ota_password`], ['log', () => `[${clock()}] [Server thread/INFO]: RCON running on 0.0.0.0:25575`], ['log', () => `Bad rcon_password attempt from ${ip()}`], ['count', () => `server: MaxPasswordAttempts=${n(2, 9)} TokenRefresh=${n(10, 90)}`]]);
const legacyUser = (): string => of('TSO01', 'CICSU7', 'BATCH2');
add('mainframe-and-erp', [
  () => `//NIGHTJOB JOB (ACCT),'LOAD',CLASS=A,USER=${legacyUser()},PASSWORD=${S(G(both(AZ + d9, 8), 'upper-8', 'generic-password'))}`, () => `CREATE DATABASE LINK ${dbn()}_lnk CONNECT TO ${u().replace(/-/g, '_')} IDENTIFIED BY "${S(passQ())}" USING 'ORCL';`, () => `sqlplus ${u()}/${S(endsWell())}@//${ho()}:1521/ORCL`, () => `RFC_ERROR_LOGON: ASHOST=${ip()} CLIENT=100 USER=${u()} PASSWD=${S(passS())} LANG=DE`, () => `bteq .logon tdprod/${u()},${S(endsWell())};`, () => `expdp ${u()}/${S(endsWell())} directory=DUMP schemas=${dbn()}`],
[['log', () => `ORA-01017: invalid username/password; logon denied`], ['log', () => `ICH408I USER(${legacyUser()}) GROUP(SYS1) LOGON/JOB INITIATION - INVALID PASSWORD`], ['masked', () => `sqlplus ${u()}/******@//${ho()}:1521/ORCL`], ['log', () => `ORA-28002: the password will expire within ${n(2, 9)} days`], ['sql', () => `SELECT username, account_status, password_versions FROM dba_users`], ['log', () => `RFC_ERROR_LOGON: Name or password is incorrect (repeat logon)`]]);

// ------------------------------------------------------------------ bringing it together
interface Row { line: string; secrets: { kind: string; start: number; end: number }[]; kind?: string; group?: string; class?: string; ctx: string; shape: string; shapes?: string[]; id: string }
const rows: Row[] = [], sown: { id: string; i: number; raw: string }[] = [], known = new Set<string>();
let serial = 0; const name = (): string => `g13-${seedText}-${(++serial).toString(36).padStart(4, '0')}`;
function lift(marked: string): { line: string; at: [number, number, number][] } { let line = ''; const at: [number, number, number][] = []; let who = -1, start = 0; for (const c of marked) { const k = c.charCodeAt(0); if (k >= BASE && k < BASE + 99) { who = k - BASE; start = line.length; } else if (c === END) at.push([who, start, line.length]); else line += c; } return { line, at: at.sort((x, y) => x[1] - y[1]) }; }
const ctxs = Object.keys(sys);
while (rows.length < WANT) {
  bed = []; let ctx: string, marked: string;
  if (D.p(0.42)) { const r = shown(true); ctx = r[0]; marked = r[1]; } else { ctx = D.of(ctxs); marked = D.of((sys[ctx] as System).yes)(); }
  const { line, at } = lift(marked);
  if (known.has(line) || /[\n\ue400-\uf8ff]/.test(line)) continue;
  if (at.length !== bed.length || !at.length) throw new Error(`${ctx}: planted ${bed.length}, found ${at.length}: ${line}`);
  if (at.some(([, s, e]) => line.split(line.slice(s, e)).length !== 2)) continue;     // the same text elsewhere on the line would be an unlabelled copy
  known.add(line); const id = name(); const vs = at.map(([w]) => bed[w] as Plant), v = vs[0] as Plant;
  vs.forEach((x, i) => sown.push({ id, i, raw: x.raw }));
  rows.push({ line, secrets: at.map(([, s, e], i) => ({ kind: (vs[i] as Plant).kind, start: s, end: e })), kind: v.kind, group: v.group, ctx, shape: v.shape, shapes: vs.map((x) => x.shape), id });
}
const secretTexts = [...new Set([...sown.map((x) => x.raw), ...rows.flatMap((r) => r.secrets.map((s) => r.line.slice(s.start, s.end)))])];
let guard = 0;
while (rows.length < 2 * WANT) {
  if (++guard > 80000) throw new Error('no more lines without secrets');
  bed = []; let ctx: string, cls: string, line: string;
  if (D.p(0.45)) { const r = shown(false); ctx = r[0]; line = r[1]; cls = r[2]; } else { ctx = D.of(ctxs); const c = D.of((sys[ctx] as System).no); cls = c[0]; line = c[1](); }
  if (D.p(0.25) && known.has(line)) line = `${bsd()} ${of('web1', 'db1', 'nas')} ${sv()}[${n(100, 29999)}]: ${line.trimStart()}`;
  if (known.has(line) || /[\n\ue400-\uf8ff]/.test(line) || secretTexts.some((t) => line.includes(t))) continue;
  known.add(line); rows.push({ line, secrets: [], class: 'hard:' + cls, ctx, shape: cls, id: name() });
}
for (let i = rows.length - 1; i > 0; i--) { const j = n(0, i); [rows[i], rows[j]] = [rows[j] as Row, rows[i] as Row]; }
process.stdout.write(rows.map((r) => JSON.stringify(r) + '\n').join(''));
const where = process.argv.indexOf('--planted');
if (where > 0) writeFileSync(process.argv[where + 1] as string, sown.map((x) => JSON.stringify(x) + '\n').join(''));
