/**
 * Reads `git diff-tree --stdin -r -m --root --raw -z --no-abbrev` (and the same of `diff-index`) from pieces of any size.
 *
 *   <commit id> NUL  :<mode> <mode> <blob before> <blob after> <status> NUL <path> NUL  :... NUL <path> NUL  <commit id> NUL ...
 */
export interface RawChange {
  /** Commit the change belongs to; null outside of history. */
  readonly commit: string | null
  /** Blob before and after; null where there is none. */
  readonly before: string | null
  readonly after: string | null
  readonly path: string
}

const HEADER = /^:(\d{6}) (\d{6}) ([0-9a-f]{40,64}) ([0-9a-f]{40,64}) ([A-Z])\d*$/
const COMMIT = /^([0-9a-f]{40,64})(?: .*)?$/
/** Regular files and links' targets; submodules (160000) have no blob. */
const isBlob = (mode: string): boolean => mode.startsWith('10') || mode === '120000'
const isNull = (id: string): boolean => /^0+$/.test(id)
/** A field longer than this is no path git could hold. */
const MAX_FIELD_BYTES = 1 << 20

/** @throws RangeError when what comes is not of this form */
export async function* readRawDiff(
  pieces: AsyncIterable<Buffer> | Iterable<Buffer>,
): AsyncGenerator<RawChange> {
  let commit: string | null = null
  let header: RegExpExecArray | null = null
  for await (const field of fieldsOf(pieces)) {
    if (header !== null) {
      const [, modeBefore, modeAfter, before, after] = header
      header = null
      yield {
        commit,
        before: isBlob(modeBefore!) && !isNull(before!) ? before! : null,
        after: isBlob(modeAfter!) && !isNull(after!) ? after! : null,
        path: field,
      }
      continue
    }
    header = HEADER.exec(field)
    if (header !== null) continue
    const id = COMMIT.exec(field)
    if (id === null) throw new RangeError('git answered in an unknown form')
    commit = id[1]!
  }
  if (header !== null) throw new RangeError('git ended in the middle of a change')
}

async function* fieldsOf(pieces: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const piece of pieces) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece])
    let from = 0
    for (let at = bytes.indexOf(0); at >= 0; at = bytes.indexOf(0, from)) {
      const field = bytes.toString('utf8', from, at).replace(/^\n/, '')
      from = at + 1
      if (field !== '') yield field
    }
    rest = Buffer.from(bytes.subarray(from))
    if (rest.length > MAX_FIELD_BYTES) throw new RangeError('git answered in an unknown form')
  }
  if (rest.length > 0 && rest.toString('utf8').trim() !== '')
    throw new RangeError('git ended in the middle of a field')
}
