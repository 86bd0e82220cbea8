import { expect, test } from "vitest";
import { plainKernels } from "../params/vector-kernels.ts";
import { defineAggregation } from "./aggregation.ts";

interface Tally {
  count: number;
}

const tally = defineAggregation<{ readonly from?: number }, Tally>({
  room: "aggregation",
  name: "tally",
  about: "Counts.",
  fights: [],
  options: { from: { kind: "number", default: 0, about: "where to begin" } },
  make: ({ from }) => ({
    init: (length) => ({ count: from + length }),
    add: (state, decoded, weight) => {
      decoded(new Float64Array(1), weight);
      state.count += weight;
    },
    result: ({ count }) => Float64Array.of(count),
    clear: (state) => {
      state.count = from;
    },
  }),
});

test("an aggregation is a part whose state only it can read", () => {
  const made = tally({ from: 10 });
  expect(made.part).toEqual({ room: "aggregation", name: "tally", options: { from: 10 } });
  const state = made.init(2, plainKernels);
  const factors: number[] = [];
  made.add(state, (_, weight) => factors.push(weight), 5);
  // 10 from the options, 2 for the length, 5 for the weight.
  expect([...made.result(state)]).toEqual([17]);
  expect(factors).toEqual([5]);
  made.clear(state);
  expect([...made.result(state)]).toEqual([10]);
});

test("two windows of one aggregation do not know of each other", () => {
  const made = tally();
  const [one, other] = [made.init(0, plainKernels), made.init(0, plainKernels)];
  made.add(one, () => undefined, 3);
  expect([...made.result(one), ...made.result(other)]).toEqual([3, 0]);
});
