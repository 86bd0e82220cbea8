/**
 * How much a coordinator takes from outside. What each limit is against stands in THREAT-MODEL.md.
 *
 * @module
 */
import type { Seconds } from "@potluck/core";
import { networkOf } from "../access/address.ts";
import type { Rate } from "../access/rate-limit.ts";
import type { ShareLimits } from "../access/shares.ts";

/** What a coordinator takes. "Each" is a network: an IPv4 address, or 64 bits of an IPv6 one. */
export interface Limits {
  /** TCP connections at once. */
  readonly connections: ShareLimits;
  /** New connections for WebSocket, each. */
  readonly handshakes: Rate;
  /** HTTP requests, each. */
  readonly requests: Rate;
  /** How often a device may connect. */
  readonly deviceConnections: Rate;
  /** What a device may say over one connection. */
  readonly messages: Rate;
  /** How many answers of a device may break a rule. */
  readonly badAnswers: Rate;
  /** Transfers of blobs and answers at once; each is a device. Of an upload a little waits for the disk, see `store/uploads.ts`. */
  readonly transfers: ShareLimits;
  /** Who has not shown who it is after so long is sent home. */
  readonly handshakeSeconds: Seconds;
  /** The head of a request has to be there after so long. */
  readonly headersSeconds: Seconds;
  /** A connection over which nothing moves for so long is closed. */
  readonly idleSeconds: Seconds;
}

/** What a coordinator takes unless it is told otherwise. */
export const defaultLimits: Limits = {
  connections: { total: 20_000, each: 2000 },
  handshakes: { perSecond: 50, burst: 1000 },
  requests: { perSecond: 200, burst: 4000 },
  deviceConnections: { perSecond: 0.5, burst: 30 },
  messages: { perSecond: 1000, burst: 5000 },
  badAnswers: { perSecond: 0.02, burst: 50 },
  transfers: { total: 5000, each: 8 },
  handshakeSeconds: 10,
  headersSeconds: 10,
  idleSeconds: 120,
};

/**
 * Who an address counts for; null for this machine itself, of which limits for each do not hold: a proxy in front of the coordinator
 * speaks from there for many.
 */
export function countedAs(address: string): string | null {
  const network = networkOf(address);
  return network === LOOPBACK || address === LOOPBACK_6 ? null : network;
}

const LOOPBACK = "127.0.0.1";
const LOOPBACK_6 = "::1";
