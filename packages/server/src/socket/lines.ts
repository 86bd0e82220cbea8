/**
 * WebSockets as lines of a reception.
 *
 * @module
 */
import type { RawData, WebSocket } from "ws";
import type { Line, LineListener } from "./line.ts";

/** A client that reads so much slower than it is told things is cut off. */
const MAX_WAITING_BYTES = 16 << 20;

/** Puts a socket through. */
export function lineOf(socket: WebSocket, accept: (line: Line) => LineListener): void {
  const line: Line = {
    send: (message) => {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > MAX_WAITING_BYTES) socket.terminate();
      else socket.send(message);
    },
    close: () => socket.close(),
  };
  const listener = accept(line);
  socket.on("message", (data) => listener.onMessage(bytesOf(data)));
  socket.on("close", listener.onClosed);
  // A socket that breaks is closed as well, which is told.
  socket.on("error", () => {});
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Uint8Array.from(Buffer.concat(data));
  return data instanceof ArrayBuffer ? new Uint8Array(data) : Uint8Array.from(data);
}
