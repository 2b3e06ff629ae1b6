/** What one request may cost, whatever its bytes say. */
export interface DecodeLimits {
  /** Rows kept; what comes after them is counted in `batch.rejected`. */
  readonly rowsMax: number
  /** Attribute rows kept, nested leaves included; a record that does not fit is counted in `batch.rejected`. */
  readonly attrsMax: number
  /** Levels of arrays and maps followed; what lies deeper becomes one VALUE_BYTES leaf. At most {@link DEPTH_CAP}. */
  readonly depthMax: number
}

/** The walkers recurse once a level, so the cap bounds their stack. */
export const DEPTH_CAP = 64

/** 65,536 rows of 16 attributes: 60 MiB of columns at most. */
export const DEFAULT_DECODE_LIMITS: DecodeLimits = { rowsMax: 65_536, attrsMax: 1_048_576, depthMax: 16 }
