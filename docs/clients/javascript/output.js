/** Standard output, of which a pull that was interrupted knows how far it had come. */

import { existsSync, fstatSync, fsyncSync, ftruncateSync, readFileSync } from 'node:fs'
import { renameSync, unlinkSync, writeFileSync } from 'node:fs'

const STDOUT = 1

/**
 * Writes pages, one JSON object a line; with a cursor file each page exactly once.
 *
 * The cursor file has the next page's cursor and the length of the output before that page.
 * What stands after it is of a page that was interrupted, and is cut off.
 */
export class Output {
  cursor = null

  /** Throws where the cursor file cannot be used with this output. */
  constructor(cursorFile) {
    this.cursorFile = cursorFile
    if (cursorFile !== undefined) {
      this.#goOn()
      this.#remember()
    }
  }

  #goOn() {
    const found = fstatSync(STDOUT)
    if (!found.isFile()) throw new Error('--cursor-file needs the output in a file: >> FILE')
    if (!existsSync(this.cursorFile)) return
    const known = JSON.parse(readFileSync(this.cursorFile, 'utf8'))
    if (known.file !== found.ino || known.length > found.size) {
      throw new Error(`${this.cursorFile} is of another output: append to that, >> FILE`)
    }
    this.cursor = known.cursor
    ftruncateSync(STDOUT, known.length)
  }

  /** One page. After the last one the next pull begins anew. */
  write(items, nextCursor) {
    writeFileSync(STDOUT, items.map((item) => JSON.stringify(item) + '\n').join(''))
    this.cursor = nextCursor
    if (this.cursorFile === undefined) return
    if (nextCursor === null) unlinkSync(this.cursorFile)
    else this.#remember()
  }

  /** The page is on the disk before the cursor that leads past it. */
  #remember() {
    fsyncSync(STDOUT)
    const found = fstatSync(STDOUT)
    const state = { cursor: this.cursor, length: found.size, file: found.ino }
    writeFileSync(`${this.cursorFile}.new`, JSON.stringify(state))
    renameSync(`${this.cursorFile}.new`, this.cursorFile)
  }
}
