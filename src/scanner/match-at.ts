/** Tries a sticky pattern at `p`. @returns past its match, or -1 */
export function matchAt(re: RegExp, text: string, p: number): number {
  re.lastIndex = p
  return re.test(text) ? re.lastIndex : -1
}
