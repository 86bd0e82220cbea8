/**
 * Who takes part in which round. Client k holds mostly examples of class k mod 10 and takes part in a share p_k of all
 * rounds that goes with that class: some classes are seldom heard.
 *
 * @module
 */
import { fold, type Key, type Part, permutation, uniformStream } from "@potluck/core";
import type { Partitioner } from "@potluck/data";
import type { Device, Fleet } from "@potluck/scenario";
import { fleetOf } from "../../harness/fleets.ts";

const CLASSES = 10;
/** p_k of the middle client of the rarest class and of the most frequent one. */
const [LEAST, MOST] = [0.026, 0.4];
/** By what factor the clients of one class are below or above its middle at most. */
const SPREAD = 1.4;

/** Examples of each client, and how many of them are of its own class. */
export const [EXAMPLES, OWN_EXAMPLES] = [20, 16];

/** p_k, as a whole number of hundredths. `clients` is a multiple of ten, and more than ten. */
export function shareOf(client: number, clients: number): number {
  const ofClass = LEAST * (MOST / LEAST) ** ((client % CLASSES) / (CLASSES - 1));
  const place = Math.floor(client / CLASSES) / (clients / CLASSES - 1);
  return Math.round(100 * ofClass * SPREAD ** (2 * place - 1)) / 100;
}

/** In which of `rounds` rounds a client is there that is there in a share of them. */
export type Pattern = (share: number, rounds: number, key: Key) => readonly boolean[];

/** Every round by itself. */
export const bernoulli: Pattern = (share, rounds, key) => {
  const draw = uniformStream(key);
  return Array.from({ length: rounds }, () => draw() < share);
};

/** Rounds that a client of a Markov chain stays on average. */
const STAY = 5;

/** A chain of two states that begins in its stationary one. */
export const markov: Pattern = (share, rounds, key) => {
  const draw = uniformStream(key);
  const comes = share / (1 - share) / STAY;
  let there = draw() < share;
  return Array.from({ length: rounds }, () => {
    const now = there;
    there = draw() < (now ? 1 - 1 / STAY : comes);
    return now;
  });
};

/** Rounds until everything repeats. */
const PERIOD = 100;

/** There for so many rounds on end in every period, from a random one on. */
export const cyclic: Pattern = (share, rounds, key) => {
  const phase = Math.floor(PERIOD * uniformStream(key)());
  return Array.from({ length: rounds }, (_, round) => (round + phase) % PERIOD < Math.round(PERIOD * share));
};

/**
 * Devices for rounds that begin with every whole second: online from a little before to a little after the half second that
 * a task takes, in the rounds in which they take part.
 */
export function attending(name: string, pattern: Pattern, rounds: number): Fleet & Part {
  return fleetOf(name, (count, key) =>
    Array.from({ length: count }, (_, client) => ({
      taskTimes: { kind: "whole", seconds: Float64Array.of(0.5) },
      availability: presenceIn(pattern(shareOf(client, count), rounds, fold(key, client))),
    })),
  );
}

function presenceIn(attended: readonly boolean[]): Device["availability"] {
  const toggles = attended.flatMap((there, round) => (there ? [Math.max(0, round - 0.2), round + 0.7] : []));
  return { kind: "trace", toggles: Float64Array.from(toggles), periodSeconds: null };
}

/** Every client has most of its examples from one class, and the others from what is left of all. */
export function mostlyOneClass(clients: number): Partitioner & Part {
  return {
    part: { room: "partition", name: "mostly-one-class", options: { clients } },
    clients,
    byClass: true,
    split: ({ examples, key }) => {
      const order = permutation(fold(key, "order"), examples.count);
      const byClass = Array.from({ length: CLASSES }, (_, label) =>
        order.filter((row) => examples.labels[row] === label),
      );
      const owned = (OWN_EXAMPLES * clients) / CLASSES;
      const left = byClass.flatMap((rows) => [...rows.subarray(owned)]);
      const mixed = permutation(fold(key, "left"), left.length).map((at) => left[at] ?? 0);
      const others = EXAMPLES - OWN_EXAMPLES;
      const rowsOf = (client: number): Uint32Array => {
        const place = OWN_EXAMPLES * Math.floor(client / CLASSES);
        const own = byClass[client % CLASSES]?.subarray(place, place + OWN_EXAMPLES) ?? [];
        return Uint32Array.of(...own, ...mixed.subarray(others * client, others * (client + 1)));
      };
      const nothing = new Uint32Array(0);
      return { examples, clients: Array.from({ length: clients }, (_, k) => ({ train: rowsOf(k), test: nothing })) };
    },
  };
}
