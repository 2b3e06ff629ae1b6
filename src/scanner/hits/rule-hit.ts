import { isFiller } from '../filler.ts'
import type { CompiledRule } from '../rule.ts'
import type { ScanSite } from '../scan-site.ts'
import { RULE_BASE } from './confidence.ts'

/** A rule's keyword: its pattern runs there. */
export function ruleHit(site: ScanSite, rule: CompiledRule, at: number): void {
  const p = site.open(at)
  const text = site.text
  const found = rule.match(text, p)
  if (found === null || isFiller(text.slice(found.secretStart, found.secretEnd))) return
  const before = text.slice(Math.max(0, found.start - 3), found.start)
  site.addOf(rule, rule, found.secretStart, found.secretEnd, RULE_BASE, `form of ${rule.provider}`, {
    assigned: /[=:]\s?["']?$/.test(before),
  })
}
