/**
 * A link with faults: a TCP proxy between clients and a server of this machine, which delays bytes, lets them through slowly, loses some
 * for a while as a network does, and cuts connections.
 *
 * TCP sends again what is lost: a loss is seen as a pause of a fifth of a second, twice as long for every time that the same bytes are lost again.
 *
 * @module
 */
import { fold, type Key, rootKey, type Seconds, uniformStream } from "@potluck/core";
import { connect, createServer, type Socket } from "node:net";

/** What a link is like, each way. */
export interface LinkFaults {
  /** One-way delay. */
  readonly latencySeconds?: Seconds;
  /** The share of pieces of up to 1460 bytes that are lost at a time, in [0, 1). */
  readonly lossShare?: number;
  /** Of one connection; as fast as it goes by default. */
  readonly bytesPerSecond?: number;
}

/** A link that can be broken. */
export interface FaultProxy {
  /** Where clients connect. */
  readonly port: number;
  /** Bytes that went through, each way. */
  readonly moved: { readonly up: number; readonly down: number };
  /** Breaks all connections, at once or once so many more bytes have gone up over each. */
  readonly cut: (afterBytes?: number) => void;
  /** Lets nothing through, and nobody in, for so long. What is on its way stays on its way. */
  readonly partition: (seconds: Seconds) => void;
  /** How many connections there are. */
  readonly connections: () => number;
  readonly close: () => Promise<void>;
}

/** What travels at a time, as over a link of Ethernet. */
const PIECE_BYTES = 1460;

/** How long a sender waits before it sends again what was lost. */
const RETRANSMISSION_SECONDS: Seconds = 0.2;

/** A link to a port of this machine whose faults are drawn from a seed. */
export async function faultProxy(target: number, faults: LinkFaults = {}, seed: number = 1): Promise<FaultProxy> {
  const link: Link = {
    faults,
    target,
    key: rootKey(seed),
    pairs: new Set(),
    moved: { up: 0, down: 0 },
    closedUntil: 0,
    opened: 0,
  };
  const server = createServer({ pauseOnConnect: true }, (socket) => accept(link, socket));
  await new Promise<void>((ready) => {
    server.listen(0, "127.0.0.1", ready);
  });
  const address = server.address();
  return {
    port: typeof address === "object" ? (address?.port ?? 0) : 0,
    moved: link.moved,
    cut: (afterBytes = 0) => {
      for (const pair of link.pairs) {
        if (afterBytes === 0) end(link, pair);
        else pair.cutAfter = afterBytes;
      }
    },
    partition: (seconds) => {
      link.closedUntil = Math.max(link.closedUntil, now() + seconds);
    },
    connections: () => link.pairs.size,
    close: async () => {
      for (const pair of link.pairs) end(link, pair);
      await new Promise<void>((closed) => {
        server.close(() => closed());
      });
    },
  };
}

interface Link {
  readonly faults: LinkFaults;
  readonly target: number;
  readonly key: Key;
  readonly pairs: Set<Pair>;
  readonly moved: { up: number; down: number };
  /** No byte goes before this instant. */
  closedUntil: Seconds;
  opened: number;
}

/** Both ends of a connection. */
interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  /** Bytes that may still go up; null for as many as there are. */
  cutAfter: number | null;
}

function now(): Seconds {
  return performance.now() / 1000;
}

function accept(link: Link, client: Socket): void {
  if (now() < link.closedUntil) {
    client.destroy();
    return;
  }
  const server = connect({ port: link.target, host: "127.0.0.1" });
  const pair: Pair = { client, server, cutAfter: null };
  link.pairs.add(pair);
  for (const socket of [client, server]) {
    socket.setNoDelay(true);
    socket.on("error", () => end(link, pair));
  }
  const key = fold(link.key, link.opened++);
  pass(link, pair, "up", uniformStream(fold(key, "up")));
  pass(link, pair, "down", uniformStream(fold(key, "down")));
  client.resume();
}

/** Passes bytes on one way, in order: each piece leaves when the link is free and arrives after the delay. */
function pass(link: Link, pair: Pair, way: "up" | "down", chance: () => number): void {
  const { latencySeconds = 0, bytesPerSecond = Infinity } = link.faults;
  const [from, to] = way === "up" ? [pair.client, pair.server] : [pair.server, pair.client];
  let free = now();
  let arrival = 0;
  let queue = Promise.resolve();
  const deliver = async (piece: Buffer, at: Seconds): Promise<void> => {
    await sleepUntil(at);
    while (now() < link.closedUntil) await sleepUntil(link.closedUntil);
    if (to.destroyed) return;
    link.moved[way] += piece.length;
    const isOpen = to.write(piece);
    if (way === "up" && pair.cutAfter !== null) {
      pair.cutAfter -= piece.length;
      if (pair.cutAfter <= 0) end(link, pair);
    }
    if (!isOpen) await drained(to);
  };
  from.on("data", (chunk: Buffer) => {
    from.pause();
    for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
      const piece = chunk.subarray(at, at + PIECE_BYTES);
      free = Math.max(free, now()) + piece.length / bytesPerSecond;
      arrival = Math.max(arrival, free + latencySeconds + lossOf(link, chance));
      queue = deliveredAfter(queue, deliver, piece, arrival);
    }
    void resumeAfter(queue, from);
  });
  from.on("close", () => {
    void endAfter(queue, link, pair);
  });
}

async function deliveredAfter(
  before: Promise<void>,
  deliver: (piece: Buffer, at: Seconds) => Promise<void>,
  piece: Buffer,
  at: Seconds,
): Promise<void> {
  await before;
  await deliver(piece, at);
}

async function resumeAfter(queue: Promise<void>, from: Socket): Promise<void> {
  await queue;
  if (!from.destroyed) from.resume();
}

async function endAfter(queue: Promise<void>, link: Link, pair: Pair): Promise<void> {
  await queue;
  end(link, pair);
}

/** How much later a piece is through because it was lost, perhaps several times. */
function lossOf({ faults: { lossShare = 0 } }: Link, chance: () => number): Seconds {
  let pause = 0;
  for (let wait = RETRANSMISSION_SECONDS; chance() < lossShare; wait *= 2) pause += wait;
  return pause;
}

async function sleepUntil(instant: Seconds): Promise<void> {
  const left = instant - now();
  if (left <= 0) return;
  await new Promise((resolve) => {
    setTimeout(resolve, 1000 * left);
  });
}

async function drained(socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      socket.off("drain", done);
      socket.off("close", done);
      resolve();
    };
    socket.on("drain", done);
    socket.on("close", done);
  });
}

function end({ pairs }: Link, pair: Pair): void {
  pairs.delete(pair);
  pair.client.destroy();
  pair.server.destroy();
}
