/**
 * The server under a door: it takes no more connections than it may, and gives nobody for ever.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { createServer as createPlainServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { Socket } from "node:net";
import { sharesWithin } from "../access/shares.ts";
import { countedAs, type Limits } from "../socket/limits.ts";

/** A certificate and its key, in PEM. */
export interface Certificate {
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
}

/** How to listen. */
export interface ListenerOptions {
  /** Null for plain HTTP. */
  readonly tls: Certificate | null;
  readonly limits: Limits;
  /** Hears of connections that were cut off. */
  readonly onRefused: (code: string) => void;
}

/** How often heads that do not come are looked for. */
const CHECK_MILLISECONDS = 1000;

/** A server that answers with `handler`. Throws Fault "option-invalid" for a certificate or a key that is none. */
export function listenerFor({ tls, limits, onRefused }: ListenerOptions, handler: RequestListener): Server {
  const timeouts = {
    connectionsCheckingInterval: CHECK_MILLISECONDS,
    headersTimeout: 1000 * limits.headersSeconds,
    // Of TLS.
    handshakeTimeout: 1000 * limits.headersSeconds,
    // Answers may take long to come up; what does not move at all is idle.
    requestTimeout: 0,
    keepAliveTimeout: 1000 * limits.idleSeconds,
  };
  const server = tls === null ? createPlainServer(timeouts, handler) : secureServer(tls, timeouts, handler);
  server.setTimeout(1000 * limits.idleSeconds);
  const shares = sharesWithin(limits.connections);
  server.on("connection", (socket: Socket) => {
    const giveBack = shares.take(countedAs(socket.remoteAddress ?? "") ?? `own ${socket.remotePort}`, 1);
    if (giveBack !== null) return socket.once("close", giveBack);
    onRefused("too-many-connections");
    return socket.destroy();
  });
  return server;
}

function secureServer({ cert, key }: Certificate, timeouts: object, handler: RequestListener): Server {
  try {
    return createSecureServer({ ...timeouts, cert, key, minVersion: "TLSv1.2" }, handler);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Fault("option-invalid", `the certificate or its key cannot be used: ${why}`, "Give both as PEM files.");
  }
}

/** Whoever has sent a request. */
export function addressOf({ socket }: IncomingMessage): string {
  return socket.remoteAddress ?? "";
}
