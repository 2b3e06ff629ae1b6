import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../src/core/clock.ts'
import { builtinRuleData, builtinRules } from '../../src/scanner/builtin-rules.ts'
import { expandTemplate } from '../../src/scanner/example-template.ts'
import type { CompiledRule, RuleMatch } from '../../src/scanner/rule.ts'
import { VALIDATORS } from '../../src/scanner/validators/table.ts'

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8]
const data = builtinRuleData()
const compiled = new Map(builtinRules({ personal: true }).map((rule) => [rule.id, rule]))

/** What the engine does: the pattern runs wherever a keyword stands. */
function firstMatch(rule: CompiledRule, text: string): RuleMatch | null {
  const hay = rule.ignoreCase ? text.toLowerCase() : text
  for (const keyword of rule.keywords) {
    const needle = rule.ignoreCase ? keyword.toLowerCase() : keyword
    for (let at = hay.indexOf(needle); at >= 0; at = hay.indexOf(needle, at + 1)) {
      const match = rule.match(text, at)
      if (match !== null) return match
    }
  }
  return null
}

test('every true example is found, and its secret is covered', () => {
  const wrong = new Set<string>()
  for (const rule of data) {
    for (const template of rule.examples.true) {
      for (const seed of SEEDS) {
        const example = expandTemplate(template, seededRandom(seed))
        const match = firstMatch(compiled.get(rule.id)!, example.text)
        const covers = match !== null && match.secretStart <= example.start && match.secretEnd >= example.end
        if (!covers) wrong.add(`${rule.id}: ${template}`)
      }
    }
  }
  assert.deepEqual([...wrong], [])
})

test('no false example is found', () => {
  const wrong = new Set<string>()
  for (const rule of data) {
    for (const template of rule.examples.false) {
      for (const seed of SEEDS) {
        const example = expandTemplate(template, seededRandom(seed))
        if (firstMatch(compiled.get(rule.id)!, example.text) !== null) wrong.add(`${rule.id}: ${template}`)
      }
    }
  }
  assert.deepEqual([...wrong], [])
})

test('an example is a template: what it makes differs from seed to seed', () => {
  for (const rule of data) {
    for (const template of rule.examples.true) {
      const [one, two] = [1, 2].map((seed) => expandTemplate(template, seededRandom(seed)))
      assert.notEqual(one!.text, two!.text, `${rule.id}: ${template}`)
    }
  }
})

test('ids are unique, validators exist', () => {
  const ids = data.map((rule) => rule.id)
  assert.deepEqual(ids, [...new Set(ids)])
  for (const rule of data) {
    if (rule.validator !== undefined) assert.ok(rule.validator in VALIDATORS, `${rule.id}: ${rule.validator}`)
  }
})

/** Words that stand in ordinary log lines. */
const GENERIC =
  /^(?:key|token|secret|password|passwd|pass|pwd|auth|api|apikey|api_key|bearer|basic|access|client|user|id|https?)[\s_:=-]*$/

test('no keyword is a generic word, and every one is plain ASCII', () => {
  for (const rule of data) {
    for (const keyword of rule.keywords) {
      assert.ok(rule.personal || !GENERIC.test(keyword), `${rule.id}: ${keyword}`)
      assert.match(keyword, /^[\x20-\x7e]{3,64}$/, rule.id)
    }
  }
})

test('every keyword of a rule leads to a match', () => {
  const dead: string[] = []
  for (const rule of data.filter((r) => r.anchor !== 'around')) {
    const texts = rule.examples.true.map((template) => expandTemplate(template, seededRandom(1)).text)
    for (const keyword of rule.keywords) {
      // Put in the place of a sibling where no example of its own is given.
      const own = texts.some((text) => text.includes(keyword))
      const tried = own
        ? texts.filter((text) => text.includes(keyword))
        : texts.map((text) => text.replace(rule.keywords.find((k) => text.includes(k)) ?? '', keyword))
      if (!tried.some((text) => firstMatch(compiled.get(rule.id)!, text) !== null))
        dead.push(`${rule.id}: ${keyword}`)
    }
  }
  assert.deepEqual(dead, [])
})
