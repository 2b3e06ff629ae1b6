import { createHash } from 'node:crypto'
import { CREDENTIAL_KINDS, type CredentialKind, drawCredential } from './credentials.ts'
import type { Draw } from './draw.ts'
import { type Attributes, SEVERITY_ERROR, SEVERITY_INFO, type SimEvent, type Source } from './event.ts'
import type { Service } from './services.ts'

/** Credentials that slip into log records, each noted for the ground truth by its digest only. */

export interface Leak {
  readonly timeMs: number
  readonly service: string
  readonly kind: CredentialKind
  /** `body` or the attribute's name. */
  readonly place: string
  /** SHA-256 of the credential's UTF-8 bytes, hex. */
  readonly sha256: string
}

export interface PlannedLeak {
  readonly timeMs: number
  readonly service: string | null
  readonly kind: CredentialKind | null
}

interface Spill {
  readonly place: string
  readonly body: string
  readonly attributes: Attributes
}

const inBody = (body: string): Spill => ({ place: 'body', body, attributes: {} })
const inAttribute = (place: string, value: string, body: string): Spill => ({
  place,
  body,
  attributes: { [place]: value },
})

/** How each kind typically gets out. */
function spill(draw: Draw, kind: CredentialKind, secret: string): Spill {
  const id = draw.hex(8)
  switch (kind) {
    case 'aws-access-key-id':
      return inBody(`upload of export-${id}.parquet failed: AccessDenied for key ${secret}, retrying`)
    case 'aws-secret-access-key':
      return inBody(`config reloaded: AWS_REGION=eu-central-1 AWS_SECRET_ACCESS_KEY=${secret} workers=8`)
    case 'github-token':
      return inBody(`fatal: could not read from https://x-access-token:${secret}@github.com/shop/${id}.git`)
    case 'jwt':
      return inAttribute(
        'http.request.header.authorization',
        `Bearer ${secret}`,
        `upstream refused request ${id}`,
      )
    case 'google-api-key':
      return inAttribute(
        'url.full',
        `https://maps.googleapis.com/maps/api/geocode/json?address=${id}&key=${secret}`,
        'geocoding answered 403',
      )
    case 'stripe-secret-key':
      return inAttribute('exception.message', `Invalid API Key provided: ${secret}`, `charge ${id} failed`)
    case 'database-url-password':
      return inBody(
        `cannot connect to postgres://shop:${secret}@db.shop.example:5432/shop: timeout after ${draw.int(30)} s`,
      )
    case 'password':
      return inBody(`login form dump user=${id} password=${secret} remember=1`)
    default:
      return draw.chance(0.5)
        ? inBody(`sending job ${id} with token=${secret}`)
        : inAttribute('http.request.header.x-api-key', secret, `job ${id} rejected by remote`)
  }
}

/** Leaks at the planned times, ascending; what the plan leaves open is drawn. */
export class Leaks implements Source {
  nextMs: number
  readonly #draw: Draw
  readonly #services: readonly Service[]
  readonly #planned: readonly PlannedLeak[]
  readonly #note: (leak: Leak) => void
  #at = 0

  constructor(
    draw: Draw,
    services: readonly Service[],
    planned: readonly PlannedLeak[],
    note: (leak: Leak) => void,
  ) {
    this.#draw = draw
    this.#services = services.filter((s) => s.speaks === 'http')
    this.#planned = planned
    this.#note = note
    this.nextMs = planned[0]?.timeMs ?? Number.POSITIVE_INFINITY
  }

  take(): readonly SimEvent[] {
    const draw = this.#draw
    const plan = this.#planned[this.#at++]!
    this.nextMs = this.#planned[this.#at]?.timeMs ?? Number.POSITIVE_INFINITY
    const service = this.#services.find((s) => s.name === plan.service) ?? draw.pick(this.#services)
    const kind = plan.kind ?? draw.pick(CREDENTIAL_KINDS)
    const secret = drawCredential(draw, kind)
    const { place, body, attributes } = spill(draw, kind, secret)
    const { timeMs } = plan
    const sha256 = createHash('sha256').update(secret).digest('hex')
    this.#note({ timeMs, service: service.name, kind, place, sha256 })
    return [
      {
        signal: 'logs',
        timeMs,
        instance: draw.pick(service.instances),
        severity: draw.chance(0.5) ? SEVERITY_ERROR : SEVERITY_INFO,
        body,
        attributes: { 'code.function.name': `${service.name}.retry`, ...attributes },
        traceId: draw.hex(32),
        spanId: draw.hex(16),
      },
    ]
  }
}
