import { fullRounds, serverPath, strategyConformance } from "@potluck/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { federated } from "../plan/federated.ts";
import { momentum } from "./momentum.ts";
import { sgd } from "./sgd.ts";

const double = fc.double({ min: -100, max: 100, noNaN: true });
const deltas = fc.array(double, { minLength: 1, maxLength: 10 });
const rate = fc.double({ min: 1e-3, max: 2, noNaN: true });

strategyConformance({
  name: "FedAvgM",
  plan: (versions) => federated({ ...fullRounds, serverOptimizer: momentum({ learningRate: 0.1 }), versions }),
  tolerance: 1e-3,
});

test("with momentum 0 it is sgd, bit for bit", () => {
  fc.assert(
    fc.property(rate, deltas, (learningRate, given) => {
      expect(serverPath(momentum({ learningRate, momentum: 0 }), 0.3, given)).toEqual(
        serverPath(sgd({ learningRate }), 0.3, given),
      );
    }),
  );
});

test("for a constant delta the step grows to 1/(1 − β) of it", () => {
  fc.assert(
    fc.property(fc.double({ min: 0.1, max: 2, noNaN: true }), fc.constantFrom(0.5, 0.9), (delta, beta) => {
      const path = serverPath(momentum({ momentum: beta }), 0, new Array<number>(200).fill(delta));
      // x is near 4000 at most: 200 · 2 / 0.1, so that a float32 is right to 2^-12.
      expect(Math.abs((path[199] ?? 0) - (path[198] ?? 0) - delta / (1 - beta))).toBeLessThan(2 ** -10);
    }),
  );
});

test("deltas are forgotten geometrically: one delta moves by δ, β δ, β² δ", () => {
  // ½ keeps all of it exact: 4, 4 + 2, 4 + 2 + 1.
  expect(serverPath(momentum({ momentum: 0.5 }), 0, [4, 0, 0])).toEqual([4, 6, 7]);
});

test("by hand: η = ½, β = ½ from 10, deltas 2 and 4", () => {
  // v = 2, x = 10 + 1 = 11; v = 1 + 4 = 5, x = 11 + 2½ = 13½.
  expect(serverPath(momentum({ learningRate: 0.5, momentum: 0.5 }), 10, [2, 4])).toEqual([11, 13.5]);
});

test("η is 1 and β 0.9 by default", () => {
  expect(momentum().part.options).toEqual({ learningRate: 1, momentum: 0.9 });
});

test.each([{ momentum: 1 }, { momentum: -0.1 }, { learningRate: 0 }])("%j is refused", (options) => {
  expect(() => momentum(options)).toThrow('server-optimizer "momentum"');
});
