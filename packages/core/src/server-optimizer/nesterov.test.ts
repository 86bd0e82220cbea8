import { fullRounds, serverPath, strategyConformance } from "@potluck/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { federated } from "../plan/federated.ts";
import { momentum } from "./momentum.ts";
import { nesterov } from "./nesterov.ts";
import { sgd } from "./sgd.ts";

const double = fc.double({ min: -100, max: 100, noNaN: true });
const deltas = fc.array(double, { minLength: 1, maxLength: 10 });
const rate = fc.double({ min: 1e-3, max: 2, noNaN: true });
const memory = fc.constantFrom(0.3, 0.5, 0.9);

strategyConformance({
  name: "federated averaging with Nesterov momentum",
  plan: (versions) => federated({ ...fullRounds, serverOptimizer: nesterov({ learningRate: 0.1 }), versions }),
  tolerance: 1e-3,
});

test("with momentum 0 it is sgd, bit for bit", () => {
  fc.assert(
    fc.property(rate, deltas, (learningRate, given) => {
      expect(serverPath(nesterov({ learningRate, momentum: 0 }), 0.3, given)).toEqual(
        serverPath(sgd({ learningRate }), 0.3, given),
      );
    }),
  );
});

test("it is where plain momentum would be one momentum step later", () => {
  // x_nesterov = x_momentum + η β v: after each delta, plain momentum followed by η β v, the part of its next step
  // that the next delta does not decide. A delta of zero makes plain momentum take exactly that step.
  fc.assert(
    fc.property(rate, memory, deltas, (learningRate, beta, given) => {
      const options = { learningRate, momentum: beta };
      const ahead = serverPath(momentum(options), 0, [...given, 0]).at(-1);
      expect(serverPath(nesterov(options), 0, given).at(-1)).toBeCloseTo(ahead ?? Number.NaN, 2);
    }),
  );
});

test("by hand: η = 1, β = ½ from 0, deltas 4 and −2", () => {
  // v = 4, x = 0 + 4 + ½ · 4 = 6; v = 2 − 2 = 0, x = 6 − 2 + 0 = 4. Plain momentum would be at 4, then still at 4.
  expect(serverPath(nesterov({ momentum: 0.5 }), 0, [4, -2])).toEqual([6, 4]);
  expect(serverPath(momentum({ momentum: 0.5 }), 0, [4, -2])).toEqual([4, 4]);
});

test("η is 1 and β 0.9 by default", () => {
  expect(nesterov().part.options).toEqual({ learningRate: 1, momentum: 0.9 });
});

test.each([{ momentum: 1 }, { momentum: -0.1 }, { learningRate: 0 }])("%j is refused", (options) => {
  expect(() => nesterov(options)).toThrow('server-optimizer "nesterov"');
});
