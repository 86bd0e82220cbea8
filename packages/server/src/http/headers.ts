/**
 * Headers of everything that a coordinator answers: nothing is guessed, framed, or read by pages of other origins, unless they are named.
 *
 * @module
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

const STRICT = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
} as const;

const ALLOWED_METHODS = "GET, HEAD, PUT, POST, DELETE";
const ALLOWED_HEADERS = "authorization, content-type, range, upload-offset";
const EXPOSED_HEADERS = "accept-ranges, content-range, etag, retry-after, upload-offset";
const PREFLIGHT_SECONDS = 600;

/** Sets headers; pages of `origins` ("https://lab.example") may read answers and send what clients send. */
export function setHeaders(http: FastifyInstance, origins: readonly string[]): void {
  http.addHook("onRequest", async (request, reply) => {
    reply.headers(STRICT);
    if (isAllowed(request, origins)) allowOrigin(request, reply);
    if (request.method !== "OPTIONS") return undefined;
    // What a browser asks first, of a page of another origin: without the headers above its answer is no.
    return reply.code(204).send();
  });
}

/** Whether a request comes from no page, from one of this coordinator itself, or from one of an origin that is named. */
export function isFromAllowedPage({ headers }: Pick<FastifyRequest, "headers">, origins: readonly string[]): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return true;
  return origins.includes(origin) || (URL.canParse(origin) && new URL(origin).host === host);
}

function isAllowed({ headers }: FastifyRequest, origins: readonly string[]): boolean {
  return headers.origin !== undefined && origins.includes(headers.origin);
}

function allowOrigin({ headers, method }: FastifyRequest, reply: FastifyReply): void {
  reply.headers({
    "access-control-allow-origin": headers.origin ?? "",
    "access-control-expose-headers": EXPOSED_HEADERS,
    "cross-origin-resource-policy": "cross-origin",
    vary: "origin",
  });
  if (method !== "OPTIONS") return;
  reply.headers({
    "access-control-allow-methods": ALLOWED_METHODS,
    "access-control-allow-headers": ALLOWED_HEADERS,
    "access-control-max-age": PREFLIGHT_SECONDS,
  });
}
