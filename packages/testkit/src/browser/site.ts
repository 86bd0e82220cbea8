/**
 * A page and its program as a user's bundler makes them, served from memory on this machine.
 *
 * Below `/isolated/` the page is cross-origin isolated, so that its threads may share memory; below `/plain/` it is not.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { forward, forwardSockets } from "./forward.ts";

/** What is served. */
export interface SiteOptions {
  /** A folder with an `index.html`. */
  readonly page: string;
  /** A folder whose files are found below `/files/`. */
  readonly files: string;
  /** The server that answers for whatever is below `/v1/`; left out for none. */
  readonly behind?: string;
}

/** A page that is being served. */
export interface Site {
  /** The address without a slash at its end. */
  readonly origin: string;
  /** What the page and its workers may load, by name. */
  readonly contents: ReadonlyMap<string, Uint8Array>;
  /** The names of what they did load since this was asked last. */
  readonly loaded: () => readonly string[];
  readonly close: () => Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
};

const BEHIND = "/v1/";

const ISOLATED = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };

/** Builds a page for production, with Vite, and serves it. */
export async function serveSite({ page, files, behind }: SiteOptions): Promise<Site> {
  const contents = await buildPage(page);
  const loaded = new Set<string>();
  const server = createServer((request, response) => {
    if (behind !== undefined && request.url?.startsWith(BEHIND) === true) return forward(behind, request, response);
    const [, way, ...path] = new URL(request.url ?? "/", "http://localhost").pathname.split("/");
    const name = path.join("/");
    const found = way === "files" ? fileBelow(files, name) : Promise.resolve(contents.get(name));
    if (contents.has(name)) loaded.add(name);
    const headers = way === "isolated" ? ISOLATED : {};
    void found.then((content) => answer(response, content, { ...headers, "content-type": typeOf(name) }));
  });
  if (behind !== undefined) forwardSockets(server, BEHIND, behind);
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  return {
    origin: `http://127.0.0.1:${port}`,
    contents,
    loaded: () => {
      const names = [...loaded];
      loaded.clear();
      return names;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((closed) => server.close(() => closed()));
    },
  };
}

async function buildPage(root: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const { build } = await import("vite");
  const built = await build({
    root,
    base: "./",
    configFile: false,
    logLevel: "silent",
    worker: { format: "es" },
    build: { write: false, target: "esnext" },
  });
  const outputs = [built].flat().flatMap((result) => ("output" in result ? result.output : []));
  const encoder = new TextEncoder();
  return new Map(
    outputs.map((file) => {
      const content = file.type === "chunk" ? file.code : file.source;
      return [file.fileName, typeof content === "string" ? encoder.encode(content) : content];
    }),
  );
}

async function fileBelow(folder: string, name: string): Promise<Uint8Array | undefined> {
  const path = normalize(join(folder, name));
  if (!path.startsWith(normalize(folder + sep))) return undefined;
  return readFile(path).catch(() => undefined);
}

function typeOf(name: string): string {
  return TYPES[extname(name)] ?? "application/octet-stream";
}

function answer(
  response: ServerResponse,
  content: Uint8Array | undefined,
  headers: Readonly<Record<string, string>>,
): void {
  response.writeHead(content === undefined ? 404 : 200, headers);
  response.end(content);
}
