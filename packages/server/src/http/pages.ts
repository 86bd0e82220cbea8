/**
 * Pages over HTTP: the client for browsers below `/client/` with the page that joins with it, to which `/join` leads, and the studio below `/studio/`.
 *
 * Nothing on these pages comes from elsewhere, nothing is run that is not a file of theirs, and they speak with nobody but this coordinator.
 *
 * @module
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";

/** Where the files of pages are, once somebody asks for them; they may be built only then. */
export type PagesFolder = () => Promise<string>;

/** Files that are served, by their paths below that of their pages. */
type Files = ReadonlyMap<string, string>;

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".json": "application/json",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** What pages may do, as far as a page can say it of itself: nothing comes from elsewhere, nothing is run that is not a file, nobody else is spoken to. */
export const pagePolicy: string = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "connect-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** Isolation lets the threads of a page share memory. */
const HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": `${pagePolicy}; frame-ancestors 'none'`,
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** Names below it end in a hash of what the file holds. */
const HASHED = /^assets\/.+-[\w-]{8}\.\w+$/;

/** Files that are looked for when they are asked for first. */
export type Pages = () => Promise<Files>;

/** The files of a folder; where looking for them fails, it is tried again at the next time. */
export function pagesIn(folder: PagesFolder): Pages {
  let files: Promise<Files> | null = null;
  return async () => {
    files ??= filesBelow(folder);
    try {
      return await files;
    } catch (error) {
      files = null;
      throw error;
    }
  };
}

/** Serves the pages of the client below `/client/`. */
export function serveClient(http: FastifyInstance, pages: Pages): void {
  // What is behind the # of a link goes along, and never leaves the browser.
  http.get("/join", async (_, reply) => reply.redirect("client/join.html", 302));
  servePages(http, "/client", pages);
}

/** Serves the studio below `/studio/`. */
export function serveStudio(http: FastifyInstance, pages: Pages): void {
  http.get("/studio", async (_, reply) => reply.redirect("studio/index.html", 302));
  servePages(http, "/studio", pages);
}

/** Serves files below a path, compressed where there is a `<name>.gz` beside one. */
function servePages(http: FastifyInstance, path: string, pages: Pages): void {
  http.get<{ Params: { "*": string } }>(`${path}/*`, async (request, reply) => send(await pages(), request, reply));
}

async function filesBelow(folder: PagesFolder): Promise<Files> {
  const root = await folder();
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return new Map(
    entries.flatMap((entry) => {
      const path = join(entry.parentPath, entry.name);
      return entry.isFile() ? [[relative(root, path).replaceAll(sep, "/"), path] as const] : [];
    }),
  );
}

/** Only names that are in the folder lead to files: no path leads out of it. */
async function send(
  files: Files,
  { params, headers }: FastifyRequest<{ Params: { "*": string } }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const name = params["*"];
  const path = files.get(name);
  if (path === undefined) return reply.code(404).send({ code: "page-unknown", detail: "" });
  const caching = HASHED.test(name) ? "public, max-age=31536000, immutable" : "no-cache";
  const compressed = /\bgzip\b/.test(headers["accept-encoding"] ?? "") ? files.get(`${name}.gz`) : undefined;
  if (compressed !== undefined) reply.header("content-encoding", "gzip");
  return reply
    .headers({ ...HEADERS, "cache-control": caching, vary: "accept-encoding, origin" })
    .type(TYPES[extname(name)] ?? "application/octet-stream")
    .send(createReadStream(compressed ?? path));
}
