/**
 * Listening, and where that is.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import type { FastifyInstance } from "fastify";
import { type AddressInfo, isIPv6 } from "node:net";

/** Where to listen. */
export interface ListenOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly scheme: "http" | "https";
}

/** Listens, and gives the address. Rejects with Fault "option-invalid" for one that cannot be listened at. */
export async function listenAt(http: FastifyInstance, { host, port, scheme }: ListenOptions): Promise<string> {
  try {
    await http.listen({ host, port });
  } catch (error) {
    await http.close();
    throw unlistenable(error, `${host}:${port}`);
  }
  const shown = isIPv6(host) ? `[${host}]` : host;
  return `${scheme}://${shown}:${portOf(http.server.address(), port)}`;
}

function portOf(address: AddressInfo | string | null, asked: number): number {
  return typeof address === "object" && address !== null ? address.port : asked;
}

/** What it is to whoever runs a coordinator that nothing can be listened at. */
function unlistenable(error: unknown, where: string): unknown {
  if (!(error instanceof Error) || !("code" in error) || !("syscall" in error)) return error;
  const why = error.code === "EADDRINUSE" ? "something else listens there" : error.message;
  return new Fault("option-invalid", `${where} cannot be listened at: ${why}`, "Give another --port or --host.");
}
