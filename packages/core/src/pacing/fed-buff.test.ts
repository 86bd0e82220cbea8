import { answered, fullRounds, manualRun, pacingConformance, strategyConformance, tasksOf } from "@potluck/testkit";
import { expect, test } from "vitest";
import { sum } from "../aggregation/sum.ts";
import { federated } from "../plan/federated.ts";
import type { FederatedOptions } from "../plan/federated-parts.ts";
import { sgd as serverSgd } from "../server-optimizer/sgd.ts";
import { polynomial } from "../staleness/polynomial.ts";
import { uniform } from "../weighting/uniform.ts";
import { fedBuff } from "./fed-buff.ts";

pacingConformance({
  name: "FedBuff",
  pacing: () => fedBuff({ updates: 3, concurrency: 4 }),
  forAll: () => fedBuff(),
});

strategyConformance({
  name: "FedBuff",
  plan: (versions) =>
    federated({
      ...fullRounds,
      pacing: fedBuff({ updates: 4, concurrency: 8 }),
      weighting: uniform(),
      staleness: polynomial(),
      aggregation: sum(),
      serverOptimizer: serverSgd({ learningRate: 0.05 }),
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

function planOf(changes: Partial<FederatedOptions> = {}): ReturnType<typeof federated> {
  return federated({
    ...fullRounds,
    pacing: fedBuff({ updates: 2, concurrency: 3 }),
    weighting: uniform(),
    aggregation: sum(),
    versions: 100,
    ...changes,
  });
}

test("keeps as many clients at work as it may: who answers makes room at once", () => {
  const run = manualRun(planOf(), new Float32Array(1), [1, 1, 1, 1, 1]);
  run.send(0, { kind: "started" });
  expect(tasksOf(run.commands()).length).toBe(3);
  const afterOne = run.send(1, answered(run.task(0), [1]));
  expect(afterOne.map(({ kind }) => kind)).toEqual(["assign"]);
  expect(tasksOf(afterOne)[0]?.version).toBe(0);
  const afterTwo = run.send(2, answered(run.task(1), [1]));
  expect(afterTwo.map(({ kind }) => kind)).toEqual(["publish", "assign"]);
  expect(tasksOf(afterTwo)[0]?.version).toBe(1);
});

test("by hand: a buffer of a fresh update and one that is three versions old, which counts half", () => {
  const run = manualRun(planOf({ staleness: polynomial() }), Float32Array.of(0), [1, 1, 1]);
  run.send(0, { kind: "started" });
  const slow = run.task(0);
  // Three versions of two updates each, of the other two clients: every delta is 1 from its own start.
  for (let answers = 0; answers < 6; answers++) {
    const tasks = tasksOf(run.commands());
    const open = tasks.filter(({ client }) => client !== slow.client).slice(answers);
    const [next] = open;
    if (next === undefined) throw new Error("nobody works");
    run.send(1 + answers, answered(next, [(next.params[0] ?? 0) + 1]));
  }
  expect(run.machine().ledger.versions).toBe(3);
  const before = tasksOf(run.commands()).at(-1);
  run.send(7, answered(slow, [(slow.params[0] ?? 0) + 1]));
  const commands = before === undefined ? [] : run.send(8, answered(before, [(before.params[0] ?? 0) + 1]));
  const publication = commands.find((command) => command.kind === "publish");
  expect(publication?.contributions.map(({ factor, staleness }) => [factor, staleness])).toEqual([
    [0.5, 3],
    [1, 0],
  ]);
  // The sum is divided by K = 2, not by the weights.
  expect(publication?.scale).toBe(0.5);
});
