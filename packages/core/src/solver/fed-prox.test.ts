import { descent, fullRounds, type Gradient, strategyConformance } from "@potluck/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { federated } from "../plan/federated.ts";
import { fedProx } from "./fed-prox.ts";
import { sgd } from "./sgd.ts";

/** Without −0: g + 0 · (x − x⁰) is 0 where g is −0, and −0 − 0 is −0 where −0 − −0 is 0. */
const float = fc.float({ min: -10, max: 10, noNaN: true }).map((x) => x + 0);
const vector = fc.array(float, { minLength: 3, maxLength: 3 }).map((values) => Float32Array.from(values));
const momentum = fc.constantFrom(0, 0.5, 0.9);
const mu = fc.double({ min: 1e-3, max: 4, noNaN: true });

/** The gradient of ½ ‖x − centre‖². */
const towards =
  (centre: Float32Array): Gradient =>
  (x) =>
    x.map((value, i) => value - (centre[i] ?? 0));

strategyConformance({
  name: "FedProx",
  plan: (versions) => federated({ ...fullRounds, solver: fedProx({ mu: 1, learningRate: 0.1 }), versions }),
  tolerance: 1e-3,
});

test("with μ = 0 every step is that of sgd, bit for bit, with and without momentum", () => {
  fc.assert(
    fc.property(vector, vector, momentum, (centre, start, beta) => {
      const proximal = descent(fedProx({ mu: 0, learningRate: 0.1, momentum: beta }), towards(centre), start, 10);
      expect(proximal).toEqual(descent(sgd({ learningRate: 0.1, momentum: beta }), towards(centre), start, 10));
    }),
  );
});

test("the first step is that of sgd whatever μ: there is nothing to be pulled back from yet", () => {
  fc.assert(
    fc.property(vector, vector, mu, (centre, start, strength) => {
      const proximal = descent(fedProx({ mu: strength, learningRate: 0.1 }), towards(centre), start, 1);
      expect(proximal).toEqual(descent(sgd({ learningRate: 0.1 }), towards(centre), start, 1));
    }),
  );
});

test("it comes to rest between anchor and centre, at (centre + μ · anchor) / (1 + μ)", () => {
  fc.assert(
    fc.property(float, float, mu, (centre, start, strength) => {
      const solver = fedProx({ mu: strength, learningRate: 0.3 });
      const path = descent(solver, towards(Float32Array.of(centre)), Float32Array.of(start), 80);
      // Each step leaves |1 − 0.3 (1 + μ)| ≤ 0.7 of the distance, so 80 leave less than 1e-12 of it.
      const rest = (centre + strength * start) / (1 + strength);
      expect(path.at(-1)?.[0]).toBeCloseTo(rest, 4);
    }),
  );
});

test("a stronger pull drifts less", () => {
  fc.assert(
    fc.property(vector, vector, mu, mu, (centre, start, one, other) => {
      const drifts = [Math.min(one, other), Math.max(one, other)].map((strength) => {
        const end = descent(fedProx({ mu: strength, learningRate: 0.1 }), towards(centre), start, 20).at(-1) ?? start;
        return Math.hypot(...end.map((x, i) => x - (start[i] ?? 0)));
      });
      expect(drifts[1]).toBeLessThanOrEqual((drifts[0] ?? 0) + 1e-5);
    }),
  );
});

test("by hand: η = ½, μ = 1, anchor 0, gradient −2 each time", () => {
  // x = 0 + ½ · 2 = 1; then −2 + 1 · (1 − 0) = −1, x = 1½; then −2 + 1½ = −½, x = 1¾.
  const path = descent(fedProx({ mu: 1, learningRate: 0.5 }), () => Float32Array.of(-2), new Float32Array(1), 3);
  expect(path.map(([x]) => x)).toEqual([1, 1.5, 1.75]);
});

test.each([
  { mu: -0.1, learningRate: 0.1 },
  { mu: 1, learningRate: 0 },
  { mu: 1, learningRate: 0.1, momentum: 1 },
])("%j is refused", (options) => {
  expect(() => fedProx(options)).toThrow('solver "fed-prox"');
});

test("does not claim to fight delay: at a deadline nobody hands in partial work", () => {
  expect(fedProx.definition.fights).toEqual(["starvation"]);
});
