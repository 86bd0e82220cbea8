import { fleetOf, fullRounds, strategyConformance } from "@potluck/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { federated } from "../plan/federated.ts";
import { clientId } from "../plan/identity.ts";
import { byExamples } from "./by-examples.ts";
import { uniform } from "./uniform.ts";
import type { Arrival, Weighting } from "./weighting.ts";

const examples = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const arrival: fc.Arbitrary<Arrival> = fc.record({
  examples,
  steps: fc.integer({ min: 1, max: 1000 }),
  staleness: fc.nat(),
  client: examples.map((count) => fleetOf([{ examples: count }]).client(clientId(0))),
});
const weigh = (weighting: Weighting, given: Arrival): number => weighting.weigh(given);

strategyConformance({
  name: "federated averaging that counts examples",
  plan: (versions) => federated({ ...fullRounds, weighting: byExamples(), versions }),
  tolerance: 1e-3,
});

test("an update counts as much as the examples that it was trained on, and nothing else counts", () => {
  fc.assert(
    fc.property(arrival, (given) => {
      expect(weigh(byExamples(), given)).toBe(given.examples);
    }),
  );
});

test("no claim counts for more than the cap", () => {
  fc.assert(
    fc.property(arrival, fc.integer({ min: 1, max: 1000 }), (given, examplesCap) => {
      expect(weigh(byExamples({ examplesCap }), given)).toBe(Math.min(given.examples, examplesCap));
    }),
  );
});

test("with a cap of 1 it is uniform weighting", () => {
  fc.assert(
    fc.property(arrival, (given) => {
      expect(weigh(byExamples({ examplesCap: 1 }), given)).toBe(weigh(uniform(), given));
    }),
  );
});

test("there is no cap by default; a cap is at least 1", () => {
  expect(byExamples().part.options).toEqual({ examplesCap: null });
  expect(byExamples({ examplesCap: null }).part).toEqual(byExamples().part);
  expect(() => byExamples({ examplesCap: 0.5 })).toThrow("examplesCap must be a number ≥ 1, or null for none, got 0.5");
});
