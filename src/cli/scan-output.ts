import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'

const PIECE_CHARACTERS = 64 * 1024

/** Writes a report to standard output, or to a file that appears whole, readable by its owner only. */
export async function writeReport(pieces: Iterable<string>, file: string | undefined): Promise<void> {
  if (file === undefined) {
    for (const piece of joined(pieces)) {
      if (!process.stdout.write(piece)) await new Promise((drained) => process.stdout.once('drain', drained))
    }
    return
  }
  const temporary = `${file}.${process.pid}.tmp`
  try {
    const handle = openSync(temporary, 'w', 0o600)
    try {
      for (const piece of joined(pieces)) writeSync(handle, piece)
    } finally {
      closeSync(handle)
    }
    renameSync(temporary, file)
  } finally {
    rmSync(temporary, { force: true })
  }
}

function* joined(pieces: Iterable<string>): Iterable<string> {
  let text = ''
  for (const piece of pieces) {
    text += piece
    if (text.length < PIECE_CHARACTERS) continue
    yield text
    text = ''
  }
  if (text !== '') yield text
}
