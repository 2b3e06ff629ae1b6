/**
 * Body of POST /v2/enqueue, after PagerDuty's OpenAPI document of the Events API V2 (PagerDuty/api-schema,
 * reference/events-v2/openapiv3.json) and its limits (developer.pagerduty.com, "Send an alert event"): a summary has at
 * most 1024 characters, a dedup key 255. Closed, where the document lets other fields pass.
 */
const link = {
  type: 'object',
  additionalProperties: false,
  required: ['href'],
  properties: { href: { type: 'string', format: 'uri' }, text: { type: 'string' } },
}

const payload = {
  type: 'object',
  additionalProperties: false,
  required: ['summary', 'severity', 'source'],
  properties: {
    summary: { type: 'string', minLength: 1, maxLength: 1024 },
    source: { type: 'string', minLength: 1 },
    severity: { enum: ['critical', 'warning', 'error', 'info'] },
    timestamp: { type: 'string', format: 'date-time' },
    component: { type: 'string' },
    group: { type: 'string' },
    class: { type: 'string' },
    custom_details: { type: 'object' },
  },
}

export const PAGERDUTY_EVENT = {
  type: 'object',
  additionalProperties: false,
  required: ['routing_key', 'event_action'],
  properties: {
    routing_key: { type: 'string', minLength: 32, maxLength: 32 },
    event_action: { enum: ['trigger', 'acknowledge', 'resolve'] },
    dedup_key: { type: 'string', minLength: 1, maxLength: 255 },
    payload,
    client: { type: 'string' },
    client_url: { type: 'string', format: 'uri' },
    links: { type: 'array', items: link },
  },
  if: { properties: { event_action: { const: 'trigger' } } },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { required: ['payload'] },
  else: { required: ['dedup_key'] },
}
