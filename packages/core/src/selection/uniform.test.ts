import {
  chiSquare,
  type ClientSketch,
  fleetOf,
  fullRounds,
  selectionConformance,
  strategyConformance,
} from "@potluck/testkit";
import { describe, expect, test } from "vitest";
import { fold, rootKey } from "../base/key.ts";
import { clientId } from "../plan/identity.ts";
import { rounds } from "../pacing/rounds.ts";
import { federated } from "../plan/federated.ts";
import { sgd } from "../server-optimizer/sgd.ts";
import { uniform } from "./uniform.ts";

const selection = uniform();
selectionConformance({ name: "uniform selection", selection });

strategyConformance({
  name: "federated averaging with a third of the clients, drawn uniformly",
  plan: (versions) =>
    federated({
      ...fullRounds,
      pacing: rounds({ cohort: 4, quorum: 0.25 }),
      selection,
      serverOptimizer: sgd({ learningRate: 0.05 }),
      versions,
    }),
  // What is published keeps moving with the cohorts: with η = 0.05 by 0.1 or so around the optimum, in 5 dimensions.
  tolerance: 0.25,
});

/** How often each client is chosen in so many draws of so many. */
function frequencies(sketches: readonly ClientSketch[], count: number, draws: number): Float64Array {
  const fleet = fleetOf(sketches);
  const counts = new Float64Array(fleet.population);
  for (let draw = 0; draw < draws; draw++) {
    for (const id of selection.choose(count, fold(rootKey(count), draw), fleet)) counts[id] = (counts[id] ?? 0) + 1;
  }
  return counts;
}

describe("every available client is as likely as every other", () => {
  // Sampling c of n without replacement shrinks the variance of a count: χ² · (n − 1)/(n − c) has n − 1 degrees.
  test("where many of the available are wanted, and they are listed", () => {
    const sketches = Array.from({ length: 30 }, (_, id) => ({ busy: id % 3 === 0 }));
    const counts = frequencies(sketches, 8, 5000);
    const available = counts.filter((_, id) => id % 3 !== 0);
    expect(counts.filter((_, id) => id % 3 === 0).every((times) => times === 0)).toBe(true);
    const scaled = (chiSquare(available, 2000) * 19) / 12;
    // 19 degrees of freedom: mean 19, standard deviation 6.2.
    expect(Math.abs(scaled - 19)).toBeLessThan(3.5 * 6.2);
  });

  test("where few of many are wanted, and they are tried for", () => {
    const sketches = Array.from({ length: 200 }, (_, id) => ({ online: id % 2 === 0 }));
    const counts = frequencies(sketches, 5, 10_000);
    const online = counts.filter((_, id) => id % 2 === 0);
    expect(counts.filter((_, id) => id % 2 === 1).every((times) => times === 0)).toBe(true);
    const scaled = (chiSquare(online, 500) * 99) / 95;
    // 99 degrees of freedom: mean 99, standard deviation 14.1.
    expect(Math.abs(scaled - 99)).toBeLessThan(3.5 * 14.1);
  });

  test("and every pair of clients is, too", () => {
    const fleet = fleetOf(Array.from({ length: 6 }, () => ({})));
    const counts = new Map<string, number>();
    for (let draw = 0; draw < 15_000; draw++) {
      const pair = selection
        .choose(2, fold(rootKey(3), draw), fleet)
        .toSorted((a, b) => a - b)
        .join();
      counts.set(pair, (counts.get(pair) ?? 0) + 1);
    }
    expect(counts.size).toBe(15);
    // 14 degrees of freedom: mean 14, standard deviation 5.3.
    expect(Math.abs(chiSquare(counts.values(), 1000) - 14)).toBeLessThan(3.5 * 5.3);
  });
});

test("choosing a few of a million does not look at all of them", () => {
  let looks = 0;
  const fleet = { ...fleetOf([{}]), population: 1_000_000, available: 100_000 };
  const isAvailable = (id: number): boolean => {
    looks += 1;
    return id % 10 === 0;
  };
  const chosen = selection.choose(10, rootKey(1), { ...fleet, isAvailable });
  expect(chosen.length).toBe(10);
  expect(chosen.every((id) => id % 10 === 0)).toBe(true);
  expect(looks).toBeLessThan(1000);
});

test("where hardly anybody is there, nobody else is looked at", () => {
  const there = [9_997, 9_998, 9_999].map(clientId);
  const isAvailable = (): never => {
    throw new Error("looked at somebody");
  };
  const fleet = { ...fleetOf([{}]), population: 10_000, available: 3, isAvailable, availableClients: () => there };
  expect(selection.choose(2, rootKey(1), fleet).every((id) => there.includes(id))).toBe(true);
});
