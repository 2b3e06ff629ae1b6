import { type BlindMaking, inJson, SAFE } from './making.ts'

/** Sixth round, small, scored and left alone: what the last changes made of forms nobody had tried. */
const making = (m: Omit<BlindMaking, 'round'>): BlindMaking => ({ ...m, round: 5 })

export const ROUND_6: readonly BlindMaking[] = [
  making({
    name: 'hocon-and-caddy',
    style: ['camel', 'kebab', 'dotted'],
    signs: SAFE,
    lines: [
      '%w { %w { %n = "%v" } }',
      '%w.%w { user: %u, %n: "%v" }',
      '%n += "%v"',
      '%w.%n="%v", %w.max=%i',
      'header_up %n "%v"',
      '%w {\n  %n %v\n}',
      'setting %n {\n  value "%v"\n}',
    ],
    negatives: ['%n = ${?%w}', 'include "%n.conf"', '%w.%n-file = /etc/%w/x'],
  }),
  making({
    name: 'grpc-and-proto-logs',
    style: ['snake', 'camel'],
    signs: '!_-.*',
    spell: inJson,
    lines: [
      'rpc=Login req={user:"%u" %n:"%v"} code=OK',
      'outgoing metadata: map[%n:[%v] user-agent:[grpc]]',
      '{"grpc.request.content":{"%n":"%v"}}',
      'Login(%u, %n: "%v") -> ok',
      'unary call body=%n:"%v"',
    ],
    negatives: ['rpc=RotateToken code=OK dur=%ims', 'rpc=GetKey req={id:"%x"}', 'grpc token bucket empty'],
  }),
  making({
    name: 'mobile-and-desktop-logs',
    style: ['camel', 'snake', 'pascal'],
    signs: SAFE,
    lines: [
      'D/Config: %n=%v',
      'I/flutter (%i): %n -> %v',
      '[AppDelegate] %n: %v',
      'D/OkHttp: {"%n":"%v"}',
      'Intent { act=x (has extras) %n=%v }',
      'Bundle[{%n=%v, user=%u}]',
      'SharedPreferences put %n = %v',
    ],
    negatives: ['W/Keyguard: token null', 'D/KeyEvent: keyCode=%i', 'I/Auth: %n refreshed'],
  }),
  making({
    name: 'admin-mails',
    style: ['spaced'],
    signs: '!@#$%&*-_+?',
    passwords: [
      'Your account was created. Login: %u Password: %v',
      'One more thing: the password for %h changed, it is now %v',
      'old password: %p, new password: %v',
      'Please log in with your temporary password %v.',
      'Passwort fuer den Zugang: %v',
      'la contraseña temporal es %v',
    ],
    keys: [
      'Your new API key: %v',
      'The access token below is valid for a day: %v',
      'Store this secret key safely: %v',
    ],
    negatives: [
      'Your password will expire soon',
      'Click here to reset your password',
      'Your API key was revoked',
      'Never share your password with %u',
    ],
  }),
  making({
    name: 'infrastructure-logs',
    style: ['snake', 'kebab', 'upper'],
    signs: SAFE,
    lines: [
      'Step 4/9 : ENV %n=%v',
      ' ---> Running in %x with %n=%v',
      'module.%w.x: Creating... %n: "%v"',
      'TASK [x] ok: [%h] => %n=%v',
      'chef: template rendered with %n => "%v"',
      'Injecting %n=%v into container %w',
      'cloud-init: export %n="%v"',
      'packer: amazon-ebs: %n=%v',
    ],
    negatives: [
      'Step 4/9 : ARG %n',
      'secret %w-%w mounted at /run/%w',
      'module.%w.x: Refreshing state... [id=%x]',
      'rotating %n done',
    ],
  }),
]
