import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/** A small state kept as one JSON file, replaced as a whole: a crash leaves the old one or the new one. */
export class JsonFile {
  readonly #path: string
  #saving: Promise<void> = Promise.resolve()

  constructor(path: string) {
    this.#path = path
  }

  /** @returns what was saved, or null when there is nothing that can be read */
  async load(): Promise<unknown> {
    try {
      return JSON.parse(await readFile(this.#path, 'utf8'))
    } catch {
      return null
    }
  }

  /** Durable when it resolves; saves asked for at once are written one after the other. */
  save(value: unknown): Promise<void> {
    const text = JSON.stringify(value)
    this.#saving = this.#saving.catch(() => {}).then(() => this.#write(text))
    return this.#saving
  }

  async #write(text: string): Promise<void> {
    const dir = dirname(this.#path)
    await mkdir(dir, { recursive: true, mode: 0o700 })
    const draft = `${this.#path}.new`
    const handle = await open(draft, 'w', 0o600)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(draft, this.#path)
    const folder = await open(dir, 'r')
    await folder.sync().finally(() => folder.close())
  }
}
