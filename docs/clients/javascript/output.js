/** Standard output, of which a pull that was interrupted knows how far it had come. */

import * as fs from 'node:fs'

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
    const found = fs.fstatSync(STDOUT)
    if (!found.isFile()) throw new Error('--cursor-file needs the output in a file: >> FILE')
    if (!fs.existsSync(this.cursorFile)) return
    const known = JSON.parse(fs.readFileSync(this.cursorFile, 'utf8'))
    if (known.file !== found.ino || known.length > found.size) {
      throw new Error(`${this.cursorFile} is of another output: append to that, >> FILE`)
    }
    this.cursor = known.cursor
    fs.ftruncateSync(STDOUT, known.length)
  }

  /** One page. After the last one the next pull begins anew. */
  write(items, nextCursor) {
    fs.writeFileSync(STDOUT, items.map((item) => JSON.stringify(item) + '\n').join(''))
    this.cursor = nextCursor
    if (this.cursorFile === undefined) return
    if (nextCursor === null) fs.unlinkSync(this.cursorFile)
    else this.#remember()
  }

  /** The page is on the disk before the cursor that leads past it. */
  #remember() {
    fs.fsyncSync(STDOUT)
    const found = fs.fstatSync(STDOUT)
    const state = { cursor: this.cursor, length: found.size, file: found.ino }
    fs.writeFileSync(`${this.cursorFile}.new`, JSON.stringify(state))
    fs.renameSync(`${this.cursorFile}.new`, this.cursorFile)
  }
}
