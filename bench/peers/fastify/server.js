// The same lookup in Fastify: @fastify/jwt, ioredis, schemas, a line of audit before the answer.
//
// BENCH_STYLE is `usual`, or `tuned`: tokens that were verified and people that were read are kept
// in the process. BENCH_AUDIT is `each` (written and synced before the answer leaves), `group` (the
// same, but one sync for all that came while the last one was under way) or `behind`.

import { randomUUID } from "node:crypto";
import { createWriteStream, readFileSync } from "node:fs";
import { open } from "node:fs/promises";

import fastifyJwt from "@fastify/jwt";
import Fastify from "fastify";
import { Redis } from "ioredis";

const { BENCH_AUDIT, BENCH_GRANTS, BENCH_KEY, BENCH_LOG, BENCH_REDIS, BENCH_STYLE } = process.env;
const grants = JSON.parse(BENCH_GRANTS);
const tuned = BENCH_STYLE === "tuned";
const redis = new Redis(BENCH_REDIS.replace("unix://", ""));
const app = Fastify({ logger: false });

await app.register(fastifyJwt, {
  secret: { public: readFileSync(BENCH_KEY) },
  verify: {
    algorithms: ["RS256"],
    allowedIss: "https://issuer.contoh.go.id",
    allowedAud: "https://gateway.contoh.go.id",
    // The plugin's own cache of tokens.
    cache: tuned ? 1000 : false,
  },
});

const audits = {
  async each() {
    const file = await open(BENCH_LOG, "a");
    return async (line) => {
      await file.appendFile(line);
      await file.datasync();
    };
  },
  async group() {
    const file = await open(BENCH_LOG, "a");
    let waiting = null;
    let busy = false;
    const write = async () => {
      busy = true;
      while (waiting !== null) {
        const group = waiting;
        waiting = null;
        try {
          await file.appendFile(group.lines.join(""));
          await file.datasync();
          group.done();
        } catch (error) {
          group.failed(error);
        }
      }
      busy = false;
    };
    return (line) => {
      if (waiting === null) {
        waiting = { lines: [] };
        waiting.promise = new Promise((done, failed) => {
          waiting.done = done;
          waiting.failed = failed;
        });
      }
      const mine = waiting;
      mine.lines.push(line);
      if (!busy) write();
      return mine.promise;
    };
  },
  async behind() {
    const file = createWriteStream(BENCH_LOG, { flags: "a" });
    return (line) => {
      file.write(line);
    };
  },
};
const record = await audits[BENCH_AUDIT]();

const people = new Map();
const person = async (nik) => {
  const known = people.get(nik);
  if (known !== undefined) return known;
  const text = await redis.get(`orang:${nik}`);
  const told = text === null ? null : JSON.parse(text);
  if (tuned && told !== null) people.set(nik, told);
  return told;
};

const text = { type: "string" };
const schema = {
  body: {
    type: "object",
    required: ["nik"],
    additionalProperties: false,
    properties: { nik: { type: "string", pattern: "^\\d{16}$" }, maks_umur: { type: "integer" } },
  },
  response: {
    200: {
      type: "object",
      properties: {
        data: {
          type: "object",
          additionalProperties: true,
          properties: Object.fromEntries(
            Object.values(grants)[0]
              .filter((name) => name !== "alamat")
              .map((name) => [name, text]),
          ),
        },
        meta: {
          type: "object",
          properties: {
            request_id: text,
            sistem: text,
            pada: { type: "number" },
            umur: { type: "integer" },
            dari_cache: { type: "boolean" },
            asli: { type: "object", additionalProperties: true },
          },
        },
      },
    },
  },
};

const onRequest = async (request, reply) => {
  await request.jwtVerify();
  if (!request.user.scope.split(" ").includes("penduduk:read")) return reply.code(403).send();
};

app.post("/v1/penduduk/lookup", { schema, onRequest }, async (request, reply) => {
  const told = await person(request.body.nik);
  if (told === null) return reply.code(404).send();
  const now = Date.now() / 1000;
  const { client_id, grant_id } = request.user;
  const data = {};
  const asli = {};
  for (const name of grants[grant_id]) {
    if (name in told.data) data[name] = told.data[name];
    if (name in told.asli) asli[name] = told.asli[name];
  }
  const request_id = randomUUID();
  const entry = {
    pada: now,
    peristiwa: "penduduk.lookup",
    client_id,
    grant_id,
    atribut: Object.keys(data),
    request_id,
  };
  await record(`${JSON.stringify(entry)}\n`);
  const umur = Math.trunc(now - told.pada);
  const meta = { request_id, sistem: "dukcapil", pada: told.pada, umur, dari_cache: true, asli };
  return { data, meta };
});

app.get("/", async () => "ok");

await app.listen({ host: "127.0.0.1", port: Number(process.env.BENCH_PORT) });
