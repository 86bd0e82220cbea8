import { answered, fullRounds, manualRun, quadraticClients, rehearse } from "@potluck/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { afaCs } from "../aggregation/afa-cs.ts";
import { rootKey } from "../base/key.ts";
import { rounds } from "../pacing/rounds.ts";
import { federated } from "../plan/federated.ts";
import type { FederatedOptions } from "../plan/federated-parts.ts";
import { uniform } from "../weighting/uniform.ts";
import { type EffectiveObjective, effectiveObjective } from "./effective-objective.ts";

/** Two clients with 1 and 3 examples; each round takes the first update, so the second is heard once in four rounds. */
function fourRounds(importance: readonly number[], changes: Partial<FederatedOptions> = {}): EffectiveObjective {
  const plan = federated({
    ...fullRounds,
    pacing: rounds({ cohort: 1, overSelection: 2 }),
    weighting: uniform(),
    versions: 4,
    ...changes,
  });
  const run = manualRun(plan, new Float32Array(1), [1, 3]);
  run.send(0, { kind: "started" });
  for (const [round, client] of [0, 0, 1, 0].entries()) {
    const task = [2 * round, 2 * round + 1].map((id) => run.task(id)).find((given) => Number(given.client) === client);
    run.send(round + 1, answered(task ?? run.task(0), [1]));
  }
  return effectiveObjective(run.machine().ledger, importance);
}

describe("by hand:", () => {
  test("who answers first is heard most, whatever was asked for", () => {
    const { clients, bias } = fourRounds([1, 3]);
    expect(clients.map(({ realised }) => realised)).toEqual([0.75, 0.25]);
    expect(clients.map(({ asked }) => asked)).toEqual([0.25, 0.75]);
    expect(clients.map((client) => client.bias)).toEqual([0.5, -0.5]);
    expect(bias).toBe(0.5);
  });

  test("the standard error is that of the mean of its shares in the versions: 1, 1, 0 and 1", () => {
    const [first] = fourRounds([1, 1]).clients;
    // The sample variance of the four is ¼, so that of their mean is 1/16.
    expect(first?.standardError).toBeCloseTo(0.25, 12);
  });

  test("where updates last, a standard error is the share over the root of how often its client was heard", () => {
    const clients = fourRounds([1, 1], { aggregation: afaCs() }).clients;
    // The first alone makes two versions, and both together make two: 1 + 1 + ½ + ½ and ½ + ½, of 4.
    expect(clients.map(({ realised }) => realised)).toEqual([0.75, 0.25]);
    // Heard three times and once; the second should have ½.
    expect(clients[0]?.standardError).toBeCloseTo(0.75 / Math.sqrt(3), 12);
    expect(clients[1]?.standardError).toBe(0.5);
  });

  test("two clients heard ¾ and ¼ are as unsteady as 1.6 alike", () => {
    expect(fourRounds([1, 1]).effectiveClients).toBeCloseTo(1 / (0.75 ** 2 + 0.25 ** 2), 12);
  });
});

test("before the first version nobody was heard, and nothing can be said of bias yet", () => {
  const run = manualRun(
    federated({ ...fullRounds, pacing: rounds({ cohort: 2 }), versions: 1 }),
    new Float32Array(1),
    [1, 1],
  );
  const objective = effectiveObjective(run.machine().ledger, [1, 1]);
  expect(objective).toMatchObject({ bias: null, effectiveClients: null });
  const unheard = { asked: 0.5, realised: 0, bias: null, standardError: null };
  expect(objective.clients).toEqual([unheard, unheard]);
});

test("after one version there is a bias, and no telling how much of it is chance", () => {
  const plan = federated({ ...fullRounds, pacing: rounds({ cohort: 1, overSelection: 2 }), versions: 2 });
  const run = manualRun(plan, new Float32Array(1), [1, 1]);
  run.send(0, { kind: "started" });
  run.send(1, answered(run.task(0), [1]));
  const { bias, clients } = effectiveObjective(run.machine().ledger, [1, 1]);
  expect(bias).toBe(0.5);
  expect(clients.map(({ standardError }) => standardError)).toEqual([null, null]);
});

test("rounds of all clients, counted by examples, optimise what they were asked for", () => {
  const clients = quadraticClients(rootKey(3), 7, 2);
  const plan = federated({ ...fullRounds, pacing: rounds({ cohort: 7 }), versions: 5 });
  const { machine } = rehearse({ plan, clients, params: new Float32Array(2) });
  const objective = effectiveObjective(
    machine.ledger,
    clients.map(({ examples }) => examples),
  );
  expect(objective.bias).toBeLessThan(1e-12);
  expect(Math.max(...objective.clients.map(({ standardError }) => standardError ?? 1))).toBeLessThan(1e-7);
});

test("importances and realised shares sum to one, and biases to nothing", () => {
  const importance = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 7, maxLength: 7 });
  const clients = quadraticClients(rootKey(3), 7, 2);
  const cohorts = fc.integer({ min: 1, max: 7 });
  fc.assert(
    fc.property(importance, cohorts, (asked, cohort) => {
      const plan = federated({ ...fullRounds, pacing: rounds({ cohort }), versions: 3 });
      const { machine } = rehearse({ plan, clients, params: new Float32Array(2) });
      const objective = effectiveObjective(machine.ledger, asked);
      const sum = (of: (client: EffectiveObjective["clients"][number]) => number): number =>
        objective.clients.reduce((total, client) => total + of(client), 0);
      expect(sum((client) => client.asked)).toBeCloseTo(1, 12);
      expect(sum((client) => client.realised)).toBeCloseTo(1, 12);
      expect(sum((client) => client.bias ?? 1)).toBeCloseTo(0, 12);
    }),
    { numRuns: 30 },
  );
});
