/**
 * What a person may see of a secret: at most a short prefix that its format makes public (`AKIA`, `ghp_`), then stars
 * whose number only tells a rough length.
 */

const MAX_PREFIX = 6
const STARS = [8, 16, 24, 32] as const

/** @param publicPrefix literal that every credential of this kind begins with; longer ones are cut */
export function maskOf(length: number, publicPrefix: string): string {
  const prefix = publicPrefix.slice(0, MAX_PREFIX)
  const rest = Math.max(0, length - prefix.length)
  return prefix + '*'.repeat(STARS.find((n) => rest <= n) ?? 32)
}

/** The part of a rule's keyword a mask may show: nothing, unless the secret begins with it and has much more to it. */
export function publicPrefix(secret: string, keywords: readonly string[]): string {
  for (const keyword of keywords) {
    if (keyword.length <= 12 && secret.startsWith(keyword) && secret.length >= keyword.length + 12) {
      return /^[A-Za-z0-9_.-]+$/.test(keyword) ? keyword : ''
    }
  }
  return ''
}
