/** A connection to the gateway that proves itself with the client's key (FAPI 2.0, DPoP). */

import { setTimeout as sleep } from 'node:timers/promises'
import * as oauth from 'oauth4webapi'

const PATIENCE = 5

/** The gateway does not do it; the message has its code, its reason and the request's id. */
export class Refused extends Error {}

/** One gateway, as one of its clients sees it. */
export class Gateway {
  #token = ''
  #ends = 0

  /** `key` as readKey gives it. Connects with TLS, but for the sandbox on this machine. */
  constructor(url, clientId, key) {
    this.url = new URL(url)
    this.client = { client_id: clientId }
    this.proof = oauth.DPoP(this.client, key)
    this.authentication = oauth.PrivateKeyJwt({ key: key.privateKey, kid: key.kid })
    this.options = {
      [oauth.allowInsecureRequests]: this.url.hostname === '127.0.0.1',
      signal: () => AbortSignal.timeout(30_000),
    }
  }

  /** The answer's JSON; waits as the gateway asks where it is busy. Throws Refused. */
  async get(path, query) {
    const url = new URL(path, this.url)
    url.search = new URLSearchParams(query)
    let answer = await this.#ask(url)
    for (let waited = 0; waited < PATIENCE; waited++) {
      if (![429, 503].includes(answer.status)) break
      const wait = answer.headers.get('Retry-After') ?? ''
      await sleep((/^\d+$/.test(wait) ? Number(wait) : 5) * 1000)
      answer = await this.#ask(url)
    }
    if (answer.status !== 200) throw new Refused(await reason(answer))
    return answer.json()
  }

  /** Has a token for the request: a new one before it ends, and once where it is refused. */
  async #ask(url) {
    let answer
    for (let tried = 0; tried < 2; tried++) {
      if (Date.now() / 1000 > this.#ends - 30) {
        answer = await this.#askToken()
        if (answer.status !== 200) return answer
        const told = await oauth.processClientCredentialsResponse(this.server, this.client, answer)
        this.#token = told.access_token
        this.#ends = Date.now() / 1000 + told.expires_in
      }
      const options = { ...this.options, DPoP: this.proof }
      answer = await refusalToo(
        oauth.protectedResourceRequest(this.#token, 'GET', url, undefined, null, options),
      )
      if (answer.status !== 401) break
      this.#ends = 0
    }
    return answer
  }

  async #askToken() {
    if (this.server === undefined) {
      const found = await oauth.discoveryRequest(this.url, { ...this.options, algorithm: 'oauth2' })
      if (found.status !== 200) return found
      this.server = await oauth.processDiscoveryResponse(this.url, found)
    }
    const { server, client, authentication } = this
    const options = { ...this.options, DPoP: this.proof }
    return oauth.clientCredentialsGrantRequest(server, client, authentication, {}, options)
  }
}

/** The library throws where an answer has a challenge; we look at its status. */
async function refusalToo(asked) {
  try {
    return await asked
  } catch (error) {
    if (error instanceof oauth.WWWAuthenticateChallengeError) return error.response
    throw error
  }
}

/** A problem document, or a refusal of the token endpoint, in one line. */
async function reason(answer) {
  const told = await answer.json().catch(() => ({}))
  const code = told.code ?? told.error ?? `status ${answer.status}`
  const detail = told.detail ?? told.error_description ?? 'no reason given'
  const fields = (told.errors ?? []).map(({ field, message }) => `; ${field}: ${message}`).join('')
  return `${code}: ${detail}${fields} (request ${answer.headers.get('X-Request-Id') ?? 'without id'})`
}
