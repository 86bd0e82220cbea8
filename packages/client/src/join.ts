/**
 * Joins a run: trains on this device's own data for as long as the run, or its owner, wants. Data never leave the device: what is sent is
 * what training made of a model.
 *
 * @module
 */
import { defaultCache, defaultStore, deviceClock, deviceSignals } from "#platform";
import type { Seconds } from "@potluck/core";
import { type Pace, type RuntimeOptions, UNPACED } from "@potluck/engine";
import type { BlobCache } from "./blob-cache.ts";
import type { Clock } from "./clock.ts";
import { accountOf, type Contribution } from "./contribution.ts";
import type { DeviceKey } from "./device-key.ts";
import { gateFor } from "./gate.ts";
import type { OwnerLimits, SignalSource } from "./limits.ts";
import { linkIn } from "./link.ts";
import { type DeviceData, localRows } from "./local-data.ts";
import { type Memory, memoryIn } from "./memory.ts";
import { keepSpeed, measuredFlops, type Speed, speedIn } from "./speed.ts";
import type { ParticipantState } from "./state.ts";
import type { DeviceStore } from "./store.ts";
import { type Ending, takePart } from "./visit.ts";

/** How to join. */
export interface JoinOptions {
  readonly data: DeviceData;
  /** What lets a new device in; that of the link by default. */
  readonly token?: string;
  /** The run to join, where there are several; that of the link by default. */
  readonly run?: string;
  /** What kind of device it is, for reports. */
  readonly tier?: string;
  /** What its owner allows; everything by default. */
  readonly limits?: OwnerLimits;
  /** Where the device is kept: the same store is the same device. In pages the origin's own by default, in Node nothing is kept. */
  readonly store?: DeviceStore;
  /** What trains, see the engine; the usual by default. */
  readonly runtime?: RuntimeOptions;
  /** Hears of what it is at. */
  readonly onState?: (state: ParticipantState) => void;
  /** What the device is made of, where it is not this one: for tests. */
  readonly means?: Partial<Means>;
}

/** What a participant works with that is not always there, or not the same. */
export interface Means {
  readonly clock: Clock;
  /** A number in [0, 1), another one at every call. */
  readonly random: () => number;
  readonly signals: SignalSource;
  /** For what is trained: the model, and what is said of it. */
  readonly cache: BlobCache;
  /** Holds it back, as if it were a slower device: for rehearsals. */
  readonly pace: Pace;
  /** Every so many seconds it is written down how far a long task has come. */
  readonly checkpointSeconds: Seconds;
}

const CHECKPOINT_SECONDS: Seconds = 20;

/** A device that takes part. */
export interface Participation {
  /** Resolves when it has ended, with why. Rejects with a Fault where it cannot take part: its data do not fit what is trained. */
  readonly ended: Promise<Ending>;
  /** Leaves politely, and resolves when that is done. */
  readonly leave: () => Promise<void>;
  /** What it has given so far. */
  readonly contribution: () => Contribution;
}

/**
 * Joins the run of a link. Resolves once the device begins to connect; it goes on by itself. Rejects with Fault "option-invalid" for a link
 * that is none, and "data-invalid" where there are no examples.
 */
export async function join(link: string, options: JoinOptions): Promise<Participation> {
  const { url, token, run } = linkIn(link);
  const data = localRows(options.data);
  const { limits = {}, onState = () => {} } = options;
  const { signals, ...means } = meansOf(options);
  const store = options.store ?? (await defaultStore(url));
  const { speed, ...device } = await orClosed(store, async () => deviceIn(store));
  const account = accountOf(means.clock, speed, limits);
  const gate = gateFor({ limits, signals, spent: account.spent, clock: means.clock });
  const leaving = new AbortController();
  const visit = takePart({
    ...means,
    ...device,
    url,
    data,
    gate,
    run: options.run ?? run,
    tier: options.tier ?? "device",
    runtime: options.runtime,
    tell: onState,
    token: options.token ?? token,
    meter: account.meter,
    spent: account.spent,
    speed: account.speed,
    onTraining: account.trained,
    onAccepted: account.accepted,
    leaving: leaving.signal,
  });
  const ended = closedAfter(visit, async () => {
    if (store.lasts) await keepSpeed(store, account.speed());
    store.close();
    onState({ kind: "ended" });
  });
  return {
    ended,
    leave: async () => {
      leaving.abort();
      await ended;
    },
    contribution: account.contribution,
  };
}

function meansOf({ means = {} }: JoinOptions): Means {
  const { clock = deviceClock(), random = Math.random, cache = defaultCache(), signals = deviceSignals() } = means;
  const { pace = UNPACED, checkpointSeconds = CHECKPOINT_SECONDS } = means;
  return { clock, random, cache, signals, pace, checkpointSeconds };
}

/** What a store makes of a device. */
interface Device {
  readonly key: DeviceKey;
  readonly memory: Memory;
  readonly speed: Speed;
}

async function deviceIn(store: DeviceStore): Promise<Device> {
  return { key: await store.key(), memory: await memoryIn(store), speed: await knownSpeed(store) };
}

/** What `prepare` gives; a store is closed where that fails. */
async function orClosed<Result>(store: DeviceStore, prepare: () => Promise<Result>): Promise<Result> {
  try {
    return await prepare();
  } catch (error) {
    store.close();
    throw error;
  }
}

/** What is known of the speed of a device. Its arithmetic is measured once, where that can be kept. */
async function knownSpeed(store: DeviceStore): Promise<Speed> {
  const known = await speedIn(store);
  if (!store.lasts || known.flopsPerSecond !== null) return known;
  const measured = { ...known, flopsPerSecond: await measuredFlops() };
  await keepSpeed(store, measured);
  return measured;
}

async function closedAfter(visit: Promise<Ending>, close: () => Promise<void>): Promise<Ending> {
  try {
    return await visit;
  } finally {
    await close();
  }
}
