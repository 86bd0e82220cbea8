import {
  descent,
  fullRounds,
  pooledOptimum,
  type QuadraticClient,
  quadraticClients,
  type Rehearsal,
  rehearse,
} from "@potluck/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rootKey } from "../base/key.ts";
import { afaCd } from "../aggregation/afa-cd.ts";
import { afaCs } from "../aggregation/afa-cs.ts";
import { mean } from "../aggregation/mean.ts";
import { sum } from "../aggregation/sum.ts";
import { fedAsync } from "../pacing/fed-async.ts";
import { fedBuff } from "../pacing/fed-buff.ts";
import { fedCompass } from "../pacing/fed-compass.ts";
import { fedFix } from "../pacing/fed-fix.ts";
import { rounds } from "../pacing/rounds.ts";
import { fedAu } from "../participation/fed-au.ts";
import { inverse } from "../participation/inverse.ts";
import type { Part } from "../part/part.ts";
import { byExamples as selectionByExamples } from "../selection/by-examples.ts";
import { momentum } from "../server-optimizer/momentum.ts";
import { nesterov } from "../server-optimizer/nesterov.ts";
import { sgd as serverSgd } from "../server-optimizer/sgd.ts";
import { adam } from "../solver/adam.ts";
import { fedProx } from "../solver/fed-prox.ts";
import { sgd } from "../solver/sgd.ts";
import type { Solver } from "../solver/solver.ts";
import { byExamples } from "../weighting/by-examples.ts";
import { uniform } from "../weighting/uniform.ts";
import { federated } from "./federated.ts";
import type { FederatedOptions } from "./federated-parts.ts";

const CLIENTS = quadraticClients(rootKey(21), 9, 6);
const partial: Partial<FederatedOptions> = {
  pacing: rounds({ cohort: 3, overSelection: 1.4, deadlineSeconds: 2.5, quorum: 0.5 }),
};

function run(changes: Partial<FederatedOptions>, clients: readonly QuadraticClient[] = CLIENTS): Rehearsal {
  const plan = federated({ ...fullRounds, pacing: rounds({ cohort: clients.length }), versions: 12, ...changes });
  return rehearse({ plan, clients, params: new Float32Array(clients[0]?.centre.length ?? 0) });
}

/** Expects the same models to the last bit, and at least one. */
function expectSameModels(one: Rehearsal, other: Rehearsal): void {
  expect(one.published.length).toBe(12);
  expect(one.published).toEqual(other.published);
}

describe("to the last bit, with all clients and with some,", () => {
  test.each([{}, partial])("FedProx with μ = 0 is federated averaging %#", (setting) => {
    for (const beta of [0, 0.9]) {
      const local = { learningRate: 0.1, momentum: beta };
      expectSameModels(
        run({ ...setting, solver: fedProx({ mu: 0, ...local }) }),
        run({ ...setting, solver: sgd(local) }),
      );
    }
  });

  test.each([{}, partial])("FedAvgM and Nesterov momentum with β = 0 are federated averaging %#", (setting) => {
    const plain = run({ ...setting, serverOptimizer: serverSgd({ learningRate: 0.7 }) });
    for (const optimizer of [momentum, nesterov]) {
      expectSameModels(run({ ...setting, serverOptimizer: optimizer({ learningRate: 0.7, momentum: 0 }) }), plain);
    }
  });

  test("a cap of one example on every claim is uniform weighting", () => {
    expectSameModels(run({ weighting: byExamples({ examplesCap: 1 }) }), run({ weighting: uniform() }));
  });

  test("weighting by examples is uniform weighting where all have the same number", () => {
    const equal = CLIENTS.map((client) => ({ ...client, examples: 16 }));
    expectSameModels(run({ weighting: byExamples() }, equal), run({ weighting: uniform() }, equal));
  });

  test("rounds that never need over-selection, quorum or deadline are rounds without them", () => {
    expectSameModels(
      run({ pacing: rounds({ cohort: 9, overSelection: 3, quorum: 0.1, deadlineSeconds: 100 }) }),
      run({}),
    );
  });

  test("who is selected does not matter where everybody is", () => {
    const everybody = { weighting: uniform() };
    const [one, other] = [run({ ...everybody, selection: selectionByExamples() }), run(everybody)];
    // The order in which tasks are numbered differs, and with it the order of float64 sums at equal times: by task.
    for (const [round, params] of one.published.entries()) {
      params.forEach((x, i) => {
        expect(x).toBeCloseTo(other.published[round]?.[i] ?? Number.NaN, 6);
      });
    }
  });
});

describe("one client with all the data is plain training, to the last bit,", () => {
  const solvers: readonly (readonly [string, Solver & Part])[] = [
    ["sgd", sgd({ learningRate: 0.1 })],
    ["sgd with momentum and weight decay", sgd({ learningRate: 0.03, momentum: 0.9, weightDecay: 0.01 })],
    ["adam", adam({ learningRate: 0.05 })],
    ["fed-prox", fedProx({ mu: 0.3, learningRate: 0.1 })],
  ];
  const centres = fc
    .array(fc.float({ min: -8, max: 8, noNaN: true }), { minLength: 4, maxLength: 4 })
    .map((values) => Float32Array.from(values));

  test.each(solvers)("with %s", (_, solver) => {
    fc.assert(
      fc.property(centres, fc.integer({ min: 1, max: 10_000 }), (centre, examples) => {
        const client: QuadraticClient = { centre, examples, taskSeconds: 1 };
        const { published } = run({ solver, work: { steps: 7, batchSize: 4 }, versions: 6 }, [client]);
        let params: Float32Array = new Float32Array(4);
        for (const model of published) {
          params = descent(solver, (x) => x.map((value, i) => value - (centre[i] ?? 0)), params, 7).at(-1) ?? params;
          expect(model).toEqual(params);
        }
        expect(published.length).toBe(6);
      }),
      { numRuns: 30 },
    );
  });

  test("by hand: centre 1, η = ½, one step a round: ½, ¾, ⅞", () => {
    const client: QuadraticClient = { centre: Float32Array.of(1), examples: 3, taskSeconds: 1 };
    const { published } = run({ solver: sgd({ learningRate: 0.5 }), work: { steps: 1, batchSize: 1 }, versions: 3 }, [
      client,
    ]);
    expect(published.map(([x]) => x)).toEqual([0.5, 0.75, 0.875]);
  });
});

test("many clients with the same data are one client with all of it", () => {
  const [first] = CLIENTS;
  const centre = first?.centre ?? new Float32Array(6);
  const alone = run({}, [{ centre, examples: 8, taskSeconds: 1 }]);
  const together = run(
    {},
    Array.from({ length: 8 }, (_, k) => ({ centre, examples: 1, taskSeconds: 1 + (k % 2) })),
  );
  expectSameModels(together, alone);
});

test("one local step of federated averaging is a step of gradient descent on the pooled data", () => {
  // Σ p_k (x − η (x − c_k)) = x − η (x − Σ p_k c_k)
  const { published } = run({ solver: sgd({ learningRate: 0.25 }), work: { steps: 1, batchSize: 1 } });
  const optimum = pooledOptimum(CLIENTS);
  published.forEach((params, round) => {
    params.forEach((x, i) => {
      const expected = (optimum[i] ?? Number.NaN) * (1 - 0.75 ** (round + 1));
      expect(x).toBeCloseTo(expected, 5);
    });
  });
});

describe("pacings meet where they should, to the last bit:", () => {
  const uniformly = { weighting: uniform() };

  test("FedFix with an interval longer than the slowest client is synchronous federated averaging", () => {
    expectSameModels(run({ pacing: fedFix({ intervalSeconds: 10 }) }), run({}));
    const absolute = { aggregation: sum({ divideBy: "examples" }), participation: inverse() };
    expectSameModels(run({ pacing: fedFix({ intervalSeconds: 10 }), ...absolute }), run(absolute));
    // The same numbers are added up and divided by the same sum.
    expectSameModels(run(absolute), run({}));
  });

  test("FedBuff with a buffer of one and no discount is asynchronous federated averaging", () => {
    const one = run({ pacing: fedBuff({ updates: 1 }), ...uniformly, aggregation: sum() });
    expectSameModels(one, run({ pacing: fedAsync(), ...uniformly, aggregation: sum() }));
    expectSameModels(one, run({ pacing: fedAsync(), ...uniformly, aggregation: mean() }));
  });

  test.each([1, 1.2])("FedCompass with equal speeds is synchronous, whatever a task takes, with λ = %d", (factor) => {
    for (const taskSeconds of [3, 0.1, 1 / 3, 0.7, Math.PI, 1234.567]) {
      const equal = CLIENTS.map((client) => ({ ...client, taskSeconds }));
      const pacing = fedCompass({ latestTimeFactor: factor });
      const compass = run({ pacing, work: { minimumSteps: 1, maximumSteps: 5, batchSize: 1 } }, equal);
      expectSameModels(compass, run({ work: { steps: 5, batchSize: 1 } }, equal));
    }
  });
});

describe("corrections and memories that have nothing to do change nothing, to the last bit:", () => {
  const uniformly = { weighting: uniform() };

  test.each([fedAu(), fedAu({ cutOff: null }), inverse()])("$part.name where everybody takes part", (participation) => {
    expectSameModels(run({ ...uniformly, participation, aggregation: sum({ divideBy: "clients" }) }), run(uniformly));
  });

  test("AFA-CS where everybody arrives is federated averaging with normalised steps", () => {
    const work = { minimumSteps: 1, maximumSteps: 7, batchSize: 1 };
    const faster = { ...uniformly, work, serverOptimizer: serverSgd({ learningRate: 3 }) };
    expectSameModels(run({ ...faster, aggregation: afaCs() }), run({ ...faster, aggregation: afaCd() }));
    expectSameModels(run({ ...uniformly, aggregation: afaCs({ perStep: "off" }) }), run(uniformly));
  });

  test("AFA-CD of single steps is federated averaging", () => {
    const work = { steps: 1, batchSize: 1 };
    expectSameModels(run({ work, aggregation: afaCd() }), run({ work }));
  });
});
