/**
 * Live runs whose workers are in this process, for tests.
 *
 * @module
 */
import { clientId, coded, coding, rootKey, serverOptimizer } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { fleet, model, scenario, type Scenario } from "@potluck/scenario";
import type { Hire, LiveClock, ToWorker } from "./messages.ts";
import { type LiveWorker, workLive } from "./work-live.ts";

/** The time of this machine. */
export const clock: LiveClock = {
  now: () => performance.now() / 1000,
  after: (seconds, callback) => {
    const timer = setTimeout(callback, seconds * 1000);
    return () => clearTimeout(timer);
  },
};

/** How many there are. */
export const WORKERS: number = 4;

/** A scenario that is done in a moment. */
export function small(changes: Partial<Scenario>): Scenario {
  return scenario({
    name: "live",
    model: model.mlp({ hidden: [8] }),
    data: data.gaussians({ classes: 3, features: 6, examplesPerClass: 80, spread: 0.4 }),
    partition: partition.replicated({ clients: WORKERS }),
    fleet: fleet.tiers({ slowdowns: [1], shares: [1] }),
    plan: coded({
      coding: coding.gradientCoding({ tolerated: 1 }),
      models: [serverOptimizer.sgd({ learningRate: 0.5 })],
      jobs: 8,
    }),
    ...changes,
  });
}

/** Workers, and what can happen to them. */
export interface Hands {
  readonly hire: Hire;
  /** Ends the worker of a client as if its process had been killed. */
  readonly kill: (client: number) => void;
  /** Silences it as if its process had been stopped. */
  readonly freeze: (client: number) => void;
  readonly hired: () => number;
  readonly close: () => Promise<void>;
}

/** Workers in this process. */
export function hands(of: Scenario): Hands {
  const all: Promise<LiveWorker>[] = [];
  const kills = new Map<number, () => void>();
  const freezes = new Map<number, () => void>();
  let hired = 0;
  const hire: Hire = (client, { onMessage, onGone }) => {
    hired += 1;
    let isThere = true;
    let isFrozen = false;
    const send = (message: Parameters<typeof onMessage>[0]): void => {
      setTimeout(() => {
        if (isThere && !isFrozen) onMessage(message);
      }, 0);
    };
    const worker = workLive({
      scenario: of,
      seed: 1,
      client: clientId(client),
      clock,
      secret: () => rootKey(client),
      send,
    });
    all.push(worker);
    const hear = async (message: ToWorker): Promise<void> => (await worker).hear(message);
    freezes.set(client, () => {
      isFrozen = true;
    });
    kills.set(client, () => {
      isThere = false;
      onGone("SIGKILL");
    });
    return {
      send: (message) => {
        if (isThere) void hear(message);
      },
      dismiss: () => {
        isThere = false;
      },
    };
  };
  return {
    hire,
    kill: (client) => kills.get(client)?.(),
    freeze: (client) => freezes.get(client)?.(),
    hired: () => hired,
    close: async () => {
      for (const worker of all) await (await worker).close();
    },
  };
}
