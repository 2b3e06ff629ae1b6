import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Block, escapeText, slackMessage } from '../../../src/sinks/slack/blocks.ts'
import { anomaly, resolved, secret } from '../../support/findings.ts'
import { notificationOf } from '../../support/items.ts'
import { compilerProblems } from '../../support/literal-types.ts'

/**
 * Facts of Block Kit's reference (docs.slack.dev/reference/block-kit/blocks): at most 50 blocks a message; a header
 * is plain_text of 1 to 150 characters; a section's text 1 to 3000 and at most 10 fields of at most 2000; a context
 * has at most 10 elements.
 */
function assertValid(blocks: readonly Block[]): void {
  assert.ok(blocks.length >= 1 && blocks.length <= 50)
  const within = (text: string, max: number) => assert.ok(text.length >= 1 && text.length <= max, text)
  for (const block of blocks) {
    if (block.type === 'header') {
      assert.equal(block.text.type, 'plain_text')
      within(block.text.text, 150)
    } else if (block.type === 'section') {
      within(block.text.text, 3000)
      assert.ok((block.fields ?? []).length <= 10)
      for (const field of block.fields ?? []) within(field.text, 2000)
    } else if (block.type === 'context') {
      assert.ok(block.elements.length >= 1 && block.elements.length <= 10)
      for (const element of block.elements) within(element.text, 2000)
    } else assert.deepEqual(block, { type: 'divider' })
  }
}

test('a message says what happened, what was expected and observed, and links to the finding', () => {
  const { text, blocks } = slackMessage(notificationOf(anomaly(1)), 'https://t.example')
  assertValid(blocks)
  assert.equal(text, '[warning] log volume of checkout fell to nothing')
  const whole = JSON.stringify(blocks)
  assert.match(whole, /\*Expected\*\\n12.25 event\/s/)
  assert.match(whole, /\*Observed\*\\n0 event\/s/)
  assert.match(whole, new RegExp(`<https://t.example/api/v1/findings/${anomaly(1).id}\\|open in telltale>`))
})

test('a resolution says so', () => {
  const { text } = slackMessage(notificationOf(resolved(anomaly(1))), undefined)
  assert.match(text, /^\[resolved\]/)
})

test('fifteen findings of any text are a valid message', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'grapheme', maxLength: 4000 }), { minLength: 1, maxLength: 15 }),
      (texts) => {
        const findings = texts.map((t, i) =>
          i % 2 === 0 ? anomaly(i, { summary: t, series: { 'service.name': t } }) : secret(i, { excerpt: t }),
        )
        assertValid(slackMessage(notificationOf(...findings), 'https://t.example').blocks)
      },
    ),
    { numRuns: 50 },
  )
})

test("Slack's own types know every block and every field", () => {
  const { text, blocks, ...others } = slackMessage(
    notificationOf(anomaly(1), secret(2), resolved(anomaly(3))),
    'https://t.example',
  )
  assert.deepEqual(others, {})
  assert.ok(text.length > 0)
  const literals = blocks.map((value) => ({ module: '@slack/types', type: 'KnownBlock', value }))
  assert.equal(compilerProblems(literals), '')
  assert.match(compilerProblems([{ ...literals[0]!, value: { ...blocks[0], colour: 'red' } }]), /colour/)
})

test('text from a log makes no link and calls nobody', () => {
  const summary = '<!channel> see <https://evil.example|here> & more'
  const { text, blocks } = slackMessage(notificationOf(anomaly(1, { summary })), undefined)
  assert.doesNotMatch(text + JSON.stringify(blocks), /<!channel>|<https:\/\/evil/)
  assert.equal(escapeText('a<b>&'), 'a&lt;b&gt;&amp;')
})
