import { fullRounds, serverPath, strategyConformance } from "@potluck/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { federated } from "../plan/federated.ts";
import { sgd } from "./sgd.ts";

const float = fc.float({ min: -1000, max: 1000, noNaN: true });
const double = fc.double({ min: -1000, max: 1000, noNaN: true });

strategyConformance({
  name: "federated averaging with half the server step",
  plan: (versions) => federated({ ...fullRounds, serverOptimizer: sgd({ learningRate: 0.5 }), versions }),
  tolerance: 1e-3,
});

test("every step is η times the delta, rounded to float32 once", () => {
  const rate = fc.double({ min: 1e-3, max: 10, noNaN: true });
  fc.assert(
    fc.property(rate, float, double, (learningRate, start, delta) => {
      expect(serverPath(sgd({ learningRate }), start, [delta])).toEqual([Math.fround(start + learningRate * delta)]);
    }),
  );
});

test("with η = 1, the default, the delta to another model leads to that model, bit for bit", () => {
  // x + (y − x) is y exactly where y − x fits into a float64: where both are within 2^29 of each other in size.
  const size = fc.float({ min: 1, max: 2 ** 20, noNaN: true });
  fc.assert(
    fc.property(size, size, fc.constantFrom(-1, 1), (x, y, sign) => {
      expect(serverPath(sgd(), x, [sign * y - x])).toEqual([sign * y]);
    }),
  );
});

test("nothing is remembered: every step is as if it were the first", () => {
  fc.assert(
    fc.property(float, double, double, (start, first, second) => {
      const [x = Number.NaN, y] = serverPath(sgd({ learningRate: 0.7 }), start, [first, second]);
      expect(serverPath(sgd({ learningRate: 0.7 }), x, [second])).toEqual([y]);
    }),
  );
  expect(sgd().slots).toEqual({});
});

test("by hand: 1 + ½ · 3 = 2½, then 2½ − ½ · 1 = 2", () => {
  expect(serverPath(sgd({ learningRate: 0.5 }), 1, [3, -1])).toEqual([2.5, 2]);
});

test("a learning rate that does not move forward is refused", () => {
  expect(() => sgd({ learningRate: 0 })).toThrow("learningRate must be a number > 0");
});
