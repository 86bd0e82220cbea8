/**
 * The door of a coordinator: HTTP and WebSocket on one port.
 *
 * @module
 */
import { fastify } from "fastify";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import type { HostedRun } from "../run/hosted-run.ts";
import { lineOf } from "../socket/lines.ts";
import type { Reception } from "../socket/reception.ts";
import type { Blobs } from "../store/blobs.ts";
import type { Uploads } from "../store/uploads.ts";
import { type PagesFolder, servePages } from "./pages.ts";
import { serveTransfers } from "./transfers.ts";

/** Where to listen, and who is behind the door. */
export interface DoorOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly blobs: Blobs;
  readonly uploads: Uploads;
  readonly reception: Reception;
  readonly run: HostedRun;
  /** Where the pages of the client are; left out to serve none. */
  readonly pages?: PagesFolder | undefined;
}

/** A door that is open. */
export interface Door {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Larger frames are refused before they are read. */
const MAX_FRAME_BYTES = 1 << 20;

/** Opens a door. Rejects where the port is taken. */
export async function openDoor({ host, port, blobs, uploads, reception, run, pages }: DoorOptions): Promise<Door> {
  const http = fastify();
  const taskOf = (client: Parameters<typeof run.state.open.get>[0]) => run.state.open.get(client);
  serveTransfers(http, { blobs, uploads, clientOf: reception.clientOf, taskOf });
  if (pages !== undefined) servePages(http, pages);
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
