/**
 * Passes requests on to another server, WebSockets too, as the proxy in front of a user's own site does.
 *
 * @module
 */
import { type IncomingMessage, request as ask, type Server, type ServerResponse } from "node:http";
import { connect } from "node:net";
import type { Duplex } from "node:stream";

/** Answers a request with what the server at `origin` answers. */
export function forward(origin: string, request: IncomingMessage, response: ServerResponse): void {
  const { method = "GET", url = "/", headers } = request;
  const passed = ask(`${origin}${url}`, { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  passed.on("error", () => response.destroy());
  request.pipe(passed);
}

/** Joins WebSockets that are opened below `path` with the server at `origin`. */
export function forwardSockets(server: Server, path: string, origin: string): void {
  server.on("upgrade", (request, near: Duplex, head) => {
    if (request.url?.startsWith(path) !== true) return void near.destroy();
    const { hostname, port } = new URL(origin);
    const far = connect(Number(port), hostname, () => {
      const lines = request.rawHeaders.map((text, at) => (at % 2 === 0 ? `${text}: ` : `${text}\r\n`));
      far.write(`GET ${request.url} HTTP/1.1\r\n${lines.join("")}\r\n`);
      far.write(head);
      near.pipe(far).pipe(near);
    });
    far.on("error", () => near.destroy());
    near.on("error", () => far.destroy());
  });
}
