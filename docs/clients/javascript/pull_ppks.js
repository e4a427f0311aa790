/** Writes every PPKS record that the grant shows, one JSON object a line. */

import { parseArgs } from 'node:util'
import { Gateway } from './gateway.js'
import { readKey } from './key.js'
import { Output } from './output.js'

const USAGE =
  'usage: node pull_ppks.js [--cursor-file FILE] GATEWAY CLIENT_ID KEY_FILE [FILTER=VALUE ...]'
const PAGE = '500'

/** All pages from the output's cursor on, in the order of the records' last change. */
async function pull(gateway, query, output) {
  do {
    const here = output.cursor === null ? {} : { cursor: output.cursor }
    const page = await gateway.get('/v1/ppks', { ...query, ...here })
    output.write(page.items, page.next_cursor)
  } while (output.cursor !== null)
}

function equation(text) {
  const [, name, value] = /^(\w+)=(.*)$/.exec(text) ?? []
  if (name === undefined) throw new Error(USAGE)
  return [name, value]
}

async function main() {
  const options = { 'cursor-file': { type: 'string' } }
  const { values, positionals } = parseArgs({ options, allowPositionals: true })
  const [url, clientId, keyFile, ...filters] = positionals
  if (keyFile === undefined) throw new Error(USAGE)
  const query = { limit: PAGE, ...Object.fromEntries(filters.map(equation)) }
  const gateway = new Gateway(url, clientId, await readKey(keyFile))
  await pull(gateway, query, new Output(values['cursor-file']))
}

main().catch((trouble) => {
  console.error(`pull_ppks: ${trouble.message}${trouble.cause?.message ? ` (${trouble.cause.message})` : ''}`)
  process.exitCode = 1
})
