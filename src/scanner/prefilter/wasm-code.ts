/**
 * As much of an assembler for WebAssembly as one hot loop needs: an instruction is a list of bytes, code is such lists
 * joined. Source: WebAssembly Core Specification 2.0, chapter 5 (binary format).
 */
export type Code = readonly number[]

/** Unsigned LEB128. @param n 0..2^31-1 */
export function unsigned(n: number): number[] {
  const out: number[] = []
  let rest = n
  while (rest >= 128) {
    out.push((rest & 127) | 128)
    rest >>>= 7
  }
  return [...out, rest]
}

/** Signed LEB128 of a 32-bit integer. */
export function signed(n: number): number[] {
  const out: number[] = []
  let rest = n | 0
  for (;;) {
    const low = rest & 127
    rest >>= 7
    const isSignKept = (low & 64) === 0 ? rest === 0 : rest === -1
    if (isSignKept) return [...out, low]
    out.push(low | 128)
  }
}

const VOID = 0x40
const I32 = 0x7f

export const get = (local: number): Code => [0x20, ...unsigned(local)]
export const set = (local: number): Code => [0x21, ...unsigned(local)]
export const tee = (local: number): Code => [0x22, ...unsigned(local)]
export const i32 = (value: number): Code => [0x41, ...signed(value)]
/** These take an address from the stack, add `offset`, and ask for no alignment. Loads: of 32 bits, of one byte. */
export const load = (offset = 0): Code => [0x28, 0, ...unsigned(offset)]
export const loadByte = (offset = 0): Code => [0x2d, 0, ...unsigned(offset)]
export const store = (offset = 0): Code => [0x36, 0, ...unsigned(offset)]
export const LESS_SIGNED: Code = [0x48]
export const LESS: Code = [0x49]
export const ADD: Code = [0x6a]
export const SUB: Code = [0x6b]
export const MUL: Code = [0x6c]
export const AND: Code = [0x71]
export const SHIFT_LEFT: Code = [0x74]
export const SHIFT_RIGHT: Code = [0x76]

/** Joins pieces of code. */
export const code = (...pieces: readonly Code[]): Code => pieces.flat()

/** Repeats `body` while `condition`, asked first, holds. */
export const whileLoop = (condition: Code, body: Code): Code =>
  code(
    [0x02, VOID, 0x03, VOID], // block, loop
    condition,
    [0x45, 0x0d, 1], // not: leave the block
    body,
    [0x0c, 0, 0x0b, 0x0b], // again; end of loop and block
  )

const section = (id: number, content: Code): Code => [id, ...unsigned(content.length), ...content]
const name = (text: string): Code => [text.length, ...Buffer.from(text, 'latin1')]

/**
 * A module with a memory, exported as `memory`, and one function of 32-bit integers that gives one, exported as `run`.
 * @param pages of 64 KiB; the memory never grows
 */
export function moduleOf(
  pages: number,
  parameters: number,
  locals: number,
  body: Code,
): Uint8Array<ArrayBuffer> {
  const types = new Array<number>(parameters).fill(I32)
  const run = [1, ...unsigned(locals), I32, ...body, 0x0b]
  return Uint8Array.from(
    code(
      [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      section(1, [1, 0x60, parameters, ...types, 1, I32]),
      section(3, [1, 0]),
      section(5, [1, 1, ...unsigned(pages), ...unsigned(pages)]),
      section(7, code([2], name('memory'), [2, 0], name('run'), [0, 0])),
      section(10, [1, ...unsigned(run.length), ...run]),
    ),
  )
}
