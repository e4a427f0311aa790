/**
 * A strict client that knows nothing of this project meets the gateway with every kind of key.
 *
 * usage: node interop.js GATEWAY CLIENT_ID KEY_FILE ...; prints what it saw as JSON. Whatever the library
 * finds wrong with an answer ends the program.
 */

import * as oauth from 'oauth4webapi'
import { readKey } from './key.js'

const [url, clientId, ...keyFiles] = process.argv.slice(2)
const issuer = new URL(url)
const client = { client_id: clientId }
const open = { [oauth.allowInsecureRequests]: true } // the sandbox has no TLS

async function discovered() {
  const server = await oauth.discoveryRequest(issuer, { ...open, algorithm: 'oauth2' })
  const resource = await oauth.resourceDiscoveryRequest(issuer, open)
  return {
    server: await oauth.processDiscoveryResponse(issuer, server),
    resource: await oauth.processResourceDiscoveryResponse(issuer, resource),
  }
}

/** The answer to one request with the token, and the request as the resource sees it. */
async function used(token, proof) {
  let seen
  const watched = (address, init) => {
    seen = new Request(address, { method: init.method, headers: init.headers })
    return fetch(address, init)
  }
  const options = { ...open, DPoP: proof, [oauth.customFetch]: watched }
  const me = new URL('/v1/me', issuer)
  const answer = oauth.protectedResourceRequest(token, 'GET', me, undefined, null, options)
  return { answer: await answer.catch((challenge) => challenge), seen: () => seen }
}

async function inspected(server, authentication, token) {
  const answer = await oauth.introspectionRequest(server, client, authentication, token, open)
  return oauth.processIntrospectionResponse(server, client, answer)
}

/** The life of one token: asked for, checked by a third party, used, asked about, ended. */
async function lived({ server, resource }, key, proof) {
  const authentication = oauth.PrivateKeyJwt({ key: key.privateKey, kid: key.kid })
  const asked = { ...open, DPoP: proof }
  const answer = await oauth.clientCredentialsGrantRequest(server, client, authentication, {}, asked)
  const token = await oauth.processClientCredentialsResponse(server, client, answer)
  const { answer: shown, seen } = await used(token.access_token, proof)
  const strict = { ...open, requireDPoP: true, signingAlgorithms: ['ES256', 'PS256', 'Ed25519'] }
  const claims = await oauth.validateJwtAccessToken(server, seen(), resource.resource, strict)
  const before = await inspected(server, authentication, token.access_token)
  const revoked = await oauth.revocationRequest(server, client, authentication, token.access_token, open)
  await oauth.processRevocationResponse(revoked)
  const after = await inspected(server, authentication, token.access_token)
  const { answer: refused } = await used(token.access_token, proof)
  return {
    token_type: token.token_type,
    status: shown.status,
    claims,
    before,
    after,
    refused: { status: refused.status, challenges: refused.cause },
  }
}

/** What the library says of a refusal. */
async function refusal(server, key, parameters, proof) {
  const authentication = oauth.PrivateKeyJwt({ key: key.privateKey, kid: key.kid })
  const asked = { ...open, DPoP: proof }
  const answer = await oauth.clientCredentialsGrantRequest(server, client, authentication, parameters, asked)
  const error = await oauth.processClientCredentialsResponse(server, client, answer).catch((it) => it)
  return { kind: error.name, code: error.code, error: error.error, status: error.status }
}

async function main() {
  const found = await discovered()
  const keys = await Promise.all(keyFiles.map(readKey))
  const lives = []
  for (const key of keys) {
    for (const holder of keys) {
      lives.push(await lived(found, key, oauth.DPoP(client, holder)))
    }
  }
  const unknown = await oauth.generateKeyPair('ES256')
  const refusals = {
    unproved: await refusal(found.server, keys[0], {}),
    scope: await refusal(found.server, keys[0], { scope: 'all' }, oauth.DPoP(client, unknown)),
    stranger: await refusal(found.server, { ...unknown, kid: 'x' }, {}, oauth.DPoP(client, unknown)),
  }
  console.log(JSON.stringify({ found, lives, refusals }))
}

await main()
