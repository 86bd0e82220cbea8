/**
 * The door of a coordinator: HTTP and WebSocket on one port.
 *
 * @module
 */
import { fastify } from "fastify";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { lineOf } from "../socket/lines.ts";
import type { Reception } from "../socket/reception.ts";
import type { Blobs } from "../store/blobs.ts";
import { serveTransfers } from "./transfers.ts";

/** Where to listen, and who is behind the door. */
export interface DoorOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly blobs: Blobs;
  readonly reception: Reception;
}

/** A door that is open. */
export interface Door {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Larger frames are refused before they are read. */
const MAX_FRAME_BYTES = 1 << 20;

/** Opens a door. Rejects where the port is taken. */
export async function openDoor({ host, port, blobs, reception }: DoorOptions): Promise<Door> {
  const http = fastify();
  serveTransfers(http, { blobs, visitorOf: reception.visitorOf });
  const sockets = new WebSocketServer({ server: http.server, path: "/v1/connect", maxPayload: MAX_FRAME_BYTES });
  sockets.on("connection", (socket) => lineOf(socket, reception.accept));
  await http.listen({ host, port });
  return {
    url: `http://${host}:${portOf(http.server.address(), port)}`,
    close: async () => {
      for (const socket of sockets.clients) socket.close();
      sockets.close();
      http.server.closeAllConnections();
      await http.close();
    },
  };
}

function portOf(address: AddressInfo | string | null, asked: number): number {
  return typeof address === "object" && address !== null ? address.port : asked;
}
