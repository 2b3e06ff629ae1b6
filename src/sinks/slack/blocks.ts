import type { Severity } from '../../core/finding.ts'
import type { Item, Notification } from '../delivery/sink.ts'
import { describe, findingUrl } from '../message/describe.ts'

/** Limits of Block Kit: docs.slack.dev/reference/block-kit/blocks */
export const MAX_HEADER_CHARS = 150
export const MAX_SECTION_CHARS = 3000
export const MAX_FIELD_CHARS = 2000

interface Text {
  readonly type: 'plain_text' | 'mrkdwn'
  readonly text: string
}

export type Block =
  | { readonly type: 'header'; readonly text: Text }
  | { readonly type: 'section'; readonly text: Text; readonly fields?: readonly Text[] }
  | { readonly type: 'context'; readonly elements: readonly Text[] }
  | { readonly type: 'divider' }

export interface SlackMessage {
  /** For notifications and screen readers. */
  readonly text: string
  readonly blocks: readonly Block[]
}

const MARK: Readonly<Record<Severity, string>> = {
  info: ':information_source:',
  warning: ':warning:',
  critical: ':rotating_light:',
}

/** Control characters of mrkdwn, so that no text from a log makes a link or calls a channel. */
export function escapeText(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
}

function cut(text: string, chars: number): string {
  return text.length <= chars ? text : `${text.slice(0, chars - 1).replace(/[\ud800-\udbff]$/, '')}…`
}

const mrkdwn = (text: string, chars: number): Text => ({ type: 'mrkdwn', text: cut(text, chars) })

function mark({ finding }: Item): string {
  return finding.state === 'resolved' ? ':white_check_mark:' : MARK[finding.severity]
}

function word({ event, finding }: Item): string {
  if (event === 'resolved') return 'resolved'
  return event === 'reminder' ? `still ${finding.severity}` : finding.severity
}

function blocksOf(item: Item, publicUrl: string | undefined): Block[] {
  const { finding } = item
  const { expected, observed, where } = describe(finding)
  const url = findingUrl(publicUrl, finding)
  const title = `${mark(item)} *${escapeText(cut(finding.summary, 500))}*`
  const fields = [mrkdwn(`*Observed*\n${escapeText(observed)}`, MAX_FIELD_CHARS)]
  if (expected !== null) fields.unshift(mrkdwn(`*Expected*\n${escapeText(expected)}`, MAX_FIELD_CHARS))
  if (where !== '') fields.push(mrkdwn(`*Where*\n${escapeText(where)}`, MAX_FIELD_CHARS))
  if (finding.kind !== 'anomaly')
    fields.push(mrkdwn(`*Text*\n${escapeText(finding.excerpt)}`, MAX_FIELD_CHARS))
  const seconds = Math.floor(finding.startMs / 1000)
  const since = `<!date^${seconds}^since {date_short_pretty} {time_secs}|since ${new Date(seconds * 1000).toISOString()}>`
  const link = url === null ? '' : ` · <${url}|open in telltale>`
  return [
    { type: 'section', text: mrkdwn(title, MAX_SECTION_CHARS), fields },
    {
      type: 'context',
      elements: [mrkdwn(`${word(item)} · ${since} · ${finding.id}${link}`, MAX_FIELD_CHARS)],
    },
  ]
}

/** One message for one notification; at most 15 items fit. */
export function slackMessage(n: Notification, publicUrl: string | undefined): SlackMessage {
  const first = n.items[0]!
  const more = n.items.length > 1 ? ` and ${n.items.length - 1} more` : ''
  const text = `[${word(first)}] ${escapeText(first.finding.summary)}${more}`
  const blocks: Block[] = []
  if (n.items.length > 1) {
    const labels = Object.values(n.group).filter((v) => v !== '')
    const title = `${n.items.length} findings${labels.length > 0 ? `: ${labels.join(', ')}` : ''}`
    blocks.push({ type: 'header', text: { type: 'plain_text', text: cut(title, MAX_HEADER_CHARS) } })
  }
  for (const [i, item] of n.items.entries()) {
    if (i > 0) blocks.push({ type: 'divider' })
    blocks.push(...blocksOf(item, publicUrl))
  }
  return { text: cut(text, MAX_SECTION_CHARS), blocks }
}
