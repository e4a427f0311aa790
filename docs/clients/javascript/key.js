/** The client's key: a private JWK with `alg` and `kid`. */

import { webcrypto } from 'node:crypto'
import { readFileSync } from 'node:fs'

const PUBLIC = ['kty', 'crv', 'x', 'y', 'n', 'e']
const PRIVATE = [...PUBLIC, 'd', 'p', 'q', 'dp', 'dq', 'qi']
const ALGORITHMS = {
  ES256: { name: 'ECDSA', namedCurve: 'P-256' },
  PS256: { name: 'RSA-PSS', hash: 'SHA-256' },
  Ed25519: { name: 'Ed25519' },
}

// Node 18 has them, but not under these names.
globalThis.crypto ??= webcrypto
globalThis.CryptoKey ??= webcrypto.CryptoKey

/** The key's id and both its halves, ready to sign and to be shown. */
export async function readKey(file) {
  const jwk = parsed(readFileSync(file, 'utf8'))
  if (!jwk.d || !jwk.kid || !(jwk.alg in ALGORITHMS)) {
    throw new Error(`${file}: not a private key as JWK with alg and kid`)
  }
  const half = (members, extractable, use) => {
    const part = Object.fromEntries(members.filter((name) => jwk[name]).map((name) => [name, jwk[name]]))
    return crypto.subtle.importKey('jwk', part, ALGORITHMS[jwk.alg], extractable, [use])
  }
  return {
    kid: jwk.kid,
    privateKey: await half(PRIVATE, false, 'sign'),
    publicKey: await half(PUBLIC, true, 'verify'),
  }
}

function parsed(text) {
  try {
    return JSON.parse(text) ?? {}
  } catch {
    return {}
  }
}
