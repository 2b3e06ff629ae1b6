/** `telltale:ignore` alone, or with ids of rules: `telltale:ignore=github-pat,jwt`. */
const MARK = /telltale:ignore(?:[=:]([a-z0-9-]+(?:,[a-z0-9-]+)*))?/

/**
 * Whether a comment on the finding's line lets it pass. Honoured in files only: in a log stream an attacker writes the
 * line.
 */
export function ignoredInline(line: string, ruleId: string): boolean {
  const mark = MARK.exec(line)
  if (mark === null) return false
  return mark[1] === undefined || mark[1].split(',').includes(ruleId)
}
