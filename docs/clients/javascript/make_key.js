/** Makes a key pair: the private half into a new file, the public half onto standard output. */

import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'

const [file] = process.argv.slice(2)
if (file === undefined) {
  console.error('usage: node make_key.js PRIVATE_KEY_FILE')
  process.exit(1)
}
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const about = { alg: 'ES256', use: 'sig', kid: randomUUID() }
const jwk = (half) => JSON.stringify({ ...half.export({ format: 'jwk' }), ...about })
writeFileSync(file, jwk(pair.privateKey), { flag: 'wx', mode: 0o600 })
console.log(jwk(pair.publicKey))
