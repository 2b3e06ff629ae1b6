/** What a labelled secret looks like, to group scores by. */
export function valueShape(value: string): string {
  if (
    /^(gh[a-z]_|glpat-|xox|[sr]k_live_|SG\.|AIza|npm_|hf_|dop_v1_|shpat_|hvs\.|dapi|eyJ|dckr_pat_|glsa_)/.test(
      value,
    )
  )
    return "a provider's"
  if (/^[0-9a-fA-F]+$/.test(value) && value.length >= 16) return 'hexadecimal'
  if (/^[A-Za-z]+$/.test(value)) return value.length > 20 ? 'letters, long' : 'letters'
  if (/^([A-Za-z]+[-_.])+[A-Za-z]+$/.test(value)) return 'words joined'
  const long = value.length > 14
  if (/^[A-Za-z0-9]+$/.test(value)) return long ? 'letters and digits, long' : 'letters and digits, short'
  if (long && /^[A-Za-z0-9+/_-]+=*$/.test(value)) return 'base64 and the like'
  return long ? 'with signs, long' : 'with signs, short'
}
