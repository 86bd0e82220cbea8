import { answered, fullRounds, manualRun, pacingConformance, strategyConformance } from "@potluck/testkit";
import { expect, test } from "vitest";
import { mixing } from "../aggregation/mixing.ts";
import { federated } from "../plan/federated.ts";
import { sgd as serverSgd } from "../server-optimizer/sgd.ts";
import { fedProx } from "../solver/fed-prox.ts";
import { polynomial } from "../staleness/polynomial.ts";
import { uniform } from "../weighting/uniform.ts";
import { fedAsync } from "./fed-async.ts";

pacingConformance({ name: "FedAsync", pacing: () => fedAsync({ concurrency: 4 }), forAll: () => fedAsync() });

strategyConformance({
  name: "FedAsync",
  plan: (versions) =>
    federated({
      pacing: fedAsync(),
      weighting: uniform(),
      staleness: polynomial(),
      aggregation: mixing(),
      serverOptimizer: serverSgd({ learningRate: 0.6 }),
      solver: fedProx({ learningRate: 0.1, mu: 0.005 }),
      work: fullRounds.work,
      versions,
    }),
  weights: "absolute",
  declined: [
    {
      law: "converges on a quadratic",
      reason: "clients count as often as they answer, so that the limit is the optimum of the fast ones",
    },
  ],
});

test("by hand: x ← (1 − α s) x + α s x_k, with the model of the instant and not the one the client started from", () => {
  const plan = federated({
    ...fullRounds,
    pacing: fedAsync(),
    weighting: uniform(),
    staleness: polynomial({ exponent: 1 }),
    aggregation: mixing(),
    serverOptimizer: serverSgd({ learningRate: 0.5 }),
    versions: 10,
  });
  const run = manualRun(plan, Float32Array.of(0), [1, 1]);
  run.send(0, { kind: "started" });
  const params = (now: number, task: number, trained: number): number | undefined => {
    const commands = run.send(now, answered(run.task(task), [trained]));
    return commands.find((command) => command.kind === "publish")?.params[0];
  };
  // Fresh: ½ · 0 + ½ · 8.
  expect(params(1, 0, 8)).toBe(4);
  // One version old: ½ · ½ = ¼ of it.
  expect(params(2, 1, 16)).toBe(0.75 * 4 + 0.25 * 16);
});
