import type { RecordBatch } from '../columns/record-batch.ts'
import { ROW_STRIDE, TEXT_END, TEXT_START } from '../columns/record-batch.ts'
import { type CompiledProfile, NAME_FIELD, type ProfilePlan } from './profile-plan.ts'
import type { RowFields } from './row-fields.kernel.ts'

const NAME_CHARS = 128

/** What each series is called: the texts of its key, by slot, joined by NUL. */
export class SeriesNames {
  readonly #plan: ProfilePlan
  readonly #fields: RowFields
  #names: string[] = []

  constructor(plan: ProfilePlan, fields: RowFields) {
    this.#plan = plan
    this.#fields = fields
  }

  /** Names a slot by the row that its series begins with. */
  take(slot: number, profile: CompiledProfile, batch: RecordBatch, row: number): void {
    this.#fields.read(batch, row)
    const texts = profile.parts.map((field) => {
      if (field === NAME_FIELD) {
        const o = row * ROW_STRIDE
        const start = batch.rows[o + TEXT_START]!
        return batch.text(start, Math.min(batch.rows[o + TEXT_END]!, start + 4 * NAME_CHARS))
      }
      const at = this.#fields.at(field)
      return at >= 0 ? batch.valueText(at) : ''
    })
    this.#names[slot] = texts.map((text) => text.replaceAll('\u0000', '').slice(0, NAME_CHARS)).join('\u0000')
  }

  forget(slot: number): void {
    this.#names[slot] = ''
  }

  /** Profile name and key texts, raw. @param profile index */
  of(slot: number, profile: number): { profile: string; series: Record<string, string> } {
    const { name, partNames } = this.#plan.profiles[profile]!
    const texts = this.#names[slot]!.split('\u0000')
    const series: Record<string, string> = {}
    partNames.forEach((part, i) => {
      const text = texts[i] ?? ''
      if (text !== '' || partNames.length === 1) series[part === '@name' ? 'name' : part] = text
    })
    return { profile: name, series }
  }

  /** For snapshots: of these slots, in this order. */
  save(slots: readonly number[]): readonly string[] {
    return slots.map((slot) => this.#names[slot]!)
  }

  load(slots: readonly number[], names: readonly string[]): void {
    this.#names = []
    slots.forEach((slot, i) => {
      this.#names[slot] = names[i]!
    })
  }
}
