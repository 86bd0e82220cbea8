import { answered, joined, type ManualRun, manualRun, tasksOf } from "@potluck/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rootKey } from "../base/key.ts";
import { identity } from "../codec/identity.ts";
import { randK } from "../codec/rand-k.ts";
import { rounds } from "../pacing/rounds.ts";
import { plainKernels } from "../params/vector-kernels.ts";
import { pendingTasks } from "../scorecard/client-times.ts";
import { sgd as serverSgd } from "../server-optimizer/sgd.ts";
import { sgd } from "../solver/sgd.ts";
import { uniform as uniformWeighting } from "../weighting/uniform.ts";
import type { Command, Contribution } from "./events.ts";
import { federated } from "./federated.ts";
import type { FederatedOptions } from "./federated-parts.ts";
import { clientId, taskId } from "./identity.ts";
import type { Plan } from "./strategy.ts";
import { type Update, uploadKey } from "./task.ts";

const local = { solver: sgd({ learningRate: 0.1 }), work: { steps: 1, batchSize: 1 } } as const;

function planOf(changes: Partial<FederatedOptions> = {}): Plan {
  return federated({ pacing: rounds({ cohort: 2 }), ...local, versions: 3, ...changes });
}

/** A run of two parameters that has started, with one client for each number of examples. */
function started(plan: Plan, examples: readonly number[] = [1, 3]): ManualRun {
  const run = manualRun(plan, new Float32Array(2), examples);
  run.send(0, { kind: "started" });
  return run;
}

const kinds = (commands: readonly Command[]): readonly string[] => commands.map(({ kind }) => kind);

function publishedIn(commands: readonly Command[]): readonly (Command & { readonly kind: "publish" })[] {
  return commands.filter((command) => command.kind === "publish");
}

/** All shares of a published model. */
function sharesIn(commands: readonly Command[]): readonly Contribution[] {
  return publishedIn(commands).flatMap(({ contributions }) => contributions);
}

describe("an update is refused as invalid and counts for nothing", () => {
  const encode = (values: readonly number[]): Uint8Array => {
    const vector = Float32Array.from(values);
    return identity().encode(vector, vector, rootKey(1));
  };
  test.each<[string, Partial<Update>, string]>([
    ["too short", { payload: encode([1]) }, "the update has 4 bytes, expected 8"],
    ["too long", { payload: encode([1, 2, 3]) }, "the update has 12 bytes, expected 8"],
    ["empty", { payload: new Uint8Array(0) }, "the update has 0 bytes, expected 8"],
    ["half an element too long", { payload: new Uint8Array(10) }, "the update has 10 bytes, expected 8"],
    ["not a number", { payload: encode([1, Number.NaN]) }, "the update holds numbers that are not finite"],
    ["infinite", { payload: encode([-Infinity, 0]) }, "the update holds numbers that are not finite"],
    ["of no examples", { examples: 0 }, "the update claims 0 examples"],
    ["of half an example", { examples: 0.5 }, "the update claims 0.5 examples"],
    ["of −3 examples", { examples: -3 }, "the update claims -3 examples"],
    ["of NaN examples", { examples: Number.NaN }, "the update claims NaN examples"],
    ["of infinitely many examples", { examples: Infinity }, "the update claims Infinity examples"],
    ["of more examples than can be counted", { examples: 2 ** 53 }, "the update claims 9007199254740992 examples"],
    ["of no steps", { steps: 0 }, "the update claims 0 steps"],
    ["of 1.5 steps", { steps: 1.5 }, "the update claims 1.5 steps"],
  ])("if it is %s", (_, changes, detail) => {
    const run = started(planOf({ pacing: rounds({ cohort: 2, quorum: 0.5 }) }));
    const [bad, good] = [run.task(0), run.task(1)];
    const rule = detail.endsWith("examples") ? "examples" : detail.endsWith("steps") ? "steps" : "payload";
    const refused = { kind: "refuse", client: bad.client, task: bad.id, refusal: "invalid", rule, detail };
    expect(run.send(1, answered(bad, [9, 9], changes))).toEqual([refused]);
    expect(run.machine().fleet.isAvailable(bad.client)).toBe(true);

    const [published] = publishedIn(run.send(2, answered(good, [2, 4])));
    expect(published?.params).toEqual(Float32Array.of(2, 4));
    expect(published?.contributions).toEqual([
      { client: good.client, task: good.id, factor: 1, steps: 1, staleness: 0 },
    ]);
  });
});

describe("an update that travels compressed", () => {
  const plan = planOf({ upload: randK({ ratio: 0.5 }), pacing: rounds({ cohort: 1 }) });

  test("is decoded with the key of its task, on a run that was stored in between as well", () => {
    for (const restores of [false, true]) {
      const run = started(plan);
      const task = run.task(0);
      if (restores) run.restore();
      const answer = answered(task, [3, 5]);
      const target = { sum: new Float64Array(2), weight: 1, anchor: task.params, key: uploadKey(task.key) };
      randK({ ratio: 0.5 }).accumulate(answer.update.payload, target, plainKernels);
      const [published] = publishedIn(run.send(1, answer));
      // One of the two numbers is sent, twice as large.
      expect([...target.sum].sort((a, b) => a - b)).toEqual([0, target.sum.includes(6) ? 6 : 10]);
      expect(published?.params).toEqual(Float32Array.from(target.sum));
    }
  });

  test("is refused where its message is not sound", () => {
    const run = started(plan);
    const [refused] = run.send(1, answered(run.task(0), [3, 5], { payload: new Uint8Array(9) }));
    expect(refused).toMatchObject({ refusal: "invalid", detail: "the update has 9 bytes, expected 4" });
  });
});

describe("an update is refused as late", () => {
  const late = { kind: "refuse", refusal: "late", detail: "the task is not open any more" };

  test("if it answers the task of another client, whose own answer then counts", () => {
    const run = started(planOf());
    const [first, second] = [run.task(0), run.task(1)];
    const theft = answered({ ...second, client: first.client }, [9, 9]);
    expect(run.send(1, theft)).toMatchObject([{ ...late, client: first.client, task: second.id }]);
    run.send(2, answered(first, [2, 2]));
    expect(sharesIn(run.send(3, answered(second, [4, 4]))).map(({ client }) => client)).toEqual([
      first.client,
      second.client,
    ]);
    expect(publishedIn(run.commands())[0]?.params).toEqual(Float32Array.of(3, 3));
  });

  test("if its task was never assigned", () => {
    const run = started(planOf());
    expect(run.send(1, answered({ ...run.task(0), id: taskId(99) }, [1, 1]))).toMatchObject([late]);
  });

  test("if the task was answered before: the first answer stays and counts once", () => {
    const run = started(planOf());
    run.send(1, answered(run.task(0), [2, 2]));
    expect(run.send(2, answered(run.task(0), [90, 90]))).toMatchObject([late]);
    const commands = run.send(3, answered(run.task(1), [4, 4]));
    expect(publishedIn(commands)[0]?.params).toEqual(Float32Array.of(3, 3));
    expect(sharesIn(commands).map(({ task }) => task)).toEqual([0, 1]);
    expect(run.send(4, answered(run.task(1), [90, 90]))).toMatchObject([late]);
  });

  test("if the task was recalled", () => {
    const run = started(planOf({ pacing: rounds({ cohort: 1, overSelection: 2 }) }));
    expect(kinds(run.send(1, answered(run.task(0), [1, 1]))).slice(0, 2)).toEqual(["recall", "publish"]);
    expect(run.send(2, answered(run.task(1), [9, 9]))).toMatchObject([late]);
  });

  test("if its client failed, left or came back meanwhile", () => {
    const plan = planOf({ pacing: rounds({ cohort: 3 }) });
    const client = clientId(0);
    for (const loss of [
      { kind: "failed", client, task: taskId(0), reason: "x" },
      { kind: "left", client },
      joined(0),
    ] as const) {
      const run = started(plan, [1, 1, 1]);
      const mine = tasksOf(run.commands()).find((task) => task.client === client) ?? run.task(0);
      expect(run.send(1, loss.kind === "failed" ? { ...loss, task: mine.id } : loss)).toEqual([]);
      expect(run.send(2, answered(mine, [1, 1]))).toMatchObject([late]);
    }
  });

  test("if the run is finished, and nothing else happens any more", () => {
    const run = started(planOf({ versions: 1, pacing: rounds({ cohort: 1, overSelection: 2 }) }));
    const commands = run.send(1, answered(run.task(0), [1, 1]));
    expect(kinds(commands)).toEqual(["recall", "publish", "finish"]);
    expect(commands.at(-1)).toEqual({ kind: "finish", reason: "1 versions were published", gaveUp: false });
    expect(run.send(2, answered(run.task(1), [1, 1]))).toMatchObject([{ ...late, detail: "the run is finished" }]);
    expect(run.send(3, joined(0))).toEqual([]);
    expect(run.send(3, { kind: "left", client: clientId(1) })).toEqual([]);
    expect(run.send(3, { kind: "timer", name: "deadline of round 1" })).toEqual([]);
  });
});

test("a client cannot fail the task of another", () => {
  const run = started(planOf());
  const [first, second] = [run.task(0), run.task(1)];
  expect(run.send(1, { kind: "failed", client: first.client, task: second.id, reason: "x" })).toEqual([]);
  run.send(2, answered(first, [2, 2]));
  expect(kinds(run.send(3, answered(second, [4, 4])))).toContain("publish");
});

describe("a published model", () => {
  test("is the old one plus the mean of the deltas by weight, and the contributions say so", () => {
    const examples = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(examples, (counts) => {
        const run = started(planOf({ pacing: rounds({ cohort: counts.length }) }), counts);
        const tasks = tasksOf(run.commands());
        const commands = tasks.flatMap((task, i) =>
          run.send(1, answered(task, [i, -i], { examples: counts[task.client] ?? 1 })),
        );
        const total = counts.reduce((sum, count) => sum + count, 0);
        const shares = tasks.map(({ client }) => (counts[client] ?? 0) / total);
        const [published] = publishedIn(commands);
        // In a mean of one its weight would cancel: it is 1.
        const factors = counts.length === 1 ? [1] : tasks.map(({ client }) => counts[client]);
        expect(published?.contributions.map(({ factor }) => factor)).toEqual(factors);
        expect(published?.scale).toBe(counts.length === 1 ? 1 : 1 / total);
        const mean = shares.reduce((sum, share, i) => sum + share * i, 0);
        expect(published?.params[0]).toBeCloseTo(mean, 5);
        expect(published?.params[1]).toBeCloseTo(-mean, 5);
      }),
    );
  });

  test("is never one that overflowed: the run ends instead, with the last model that was sound", () => {
    const run = started(
      planOf({ pacing: rounds({ cohort: 1 }), serverOptimizer: serverSgd({ learningRate: 2 }) }),
      [1],
    );
    run.send(1, answered(run.task(0), [1, 1]));
    const commands = run.send(2, answered(run.task(1), [3e38, 0]));
    expect(commands).toEqual([
      {
        kind: "refuse",
        client: 0,
        task: 1,
        refusal: "abandoned",
        detail: "the model diverged: the next version would hold numbers that are not finite",
      },
      {
        kind: "finish",
        reason: "the model diverged: the next version would hold numbers that are not finite",
        gaveUp: true,
      },
    ]);
    expect(publishedIn(run.commands()).map(({ params }) => params)).toEqual([Float32Array.of(2, 2)]);
  });

  test("by hand: weights 1 and 3, models (4, 0) and (8, 4) from (0, 0) with η = ½", () => {
    // Mean ¼ (4, 0) + ¾ (8, 4) = (7, 3); half of it is (3½, 1½).
    const run = started(planOf({ serverOptimizer: serverSgd({ learningRate: 0.5 }) }));
    const models = [
      [4, 0],
      [8, 4],
    ];
    const commands = tasksOf(run.commands()).flatMap((task) =>
      run.send(1, answered(task, models[task.client] ?? [], { examples: [1, 3][task.client] ?? 0 })),
    );
    const [published] = publishedIn(commands);
    expect(published?.params).toEqual(Float32Array.of(3.5, 1.5));
    expect(published?.scale).toBe(0.25);
    expect(new Map(published?.contributions.map(({ client, factor }) => [Number(client), factor]))).toEqual(
      new Map([
        [0, 1],
        [1, 3],
      ]),
    );
  });
});

describe("a task", () => {
  test("carries the current model, and solver and codec by name, with a key of its own", () => {
    const run = started(planOf());
    const commands = tasksOf(run.commands()).flatMap((task) => run.send(1, answered(task, [2, 2])));
    const tasks = tasksOf(run.commands());
    expect(tasks.map(({ id, version }) => [id, version])).toEqual([
      [0, 0],
      [1, 0],
      [2, 1],
      [3, 1],
    ]);
    expect(new Set(tasks.map(({ key }) => JSON.stringify(key))).size).toBe(4);
    expect(tasks[2]?.params).toBe(publishedIn(commands)[0]?.params);
    expect(tasks[3]?.params).toBe(tasks[2]?.params);
    expect(tasks[0]).toMatchObject({ solver: local.solver.part, work: local.work, upload: identity().part });
  });
});

describe("a part that breaks its contract is a bug:", () => {
  test.each([Number.NaN, -1, Infinity])("a weighting that says %d", (weight) => {
    const run = started(planOf({ weighting: { ...uniformWeighting(), weigh: () => weight } }));
    expect(() => run.send(1, answered(run.task(0), [1, 1]))).toThrow("a finite weight ≥ 0 from uniform");
  });

  test("a pacing that closes an empty window", () => {
    const pacing = { ...rounds({ cohort: 2 }), react: () => [{ kind: "close" }] as const };
    expect(() => started(planOf({ pacing }))).toThrow("a window to close from rounds");
  });

  test("a selection that chooses a client twice", () => {
    const selection = { choose: () => [clientId(0), clientId(0)] };
    const part = { room: "selection", name: "twice", options: {} } as const;
    expect(() => started(planOf({ selection: { ...selection, part } }))).toThrow("client 0 is free");
  });
});

describe("the state of a run", () => {
  test("may go through bytes in the middle of a window", () => {
    const [straight, restored] = [started(planOf()), started(planOf())];
    for (const run of [straight, restored]) {
      run.send(1, answered(run.task(0), [2, 3]));
      if (run === restored) run.restore();
      run.send(2, answered(run.task(1), [4, 9]));
      if (run === restored) run.restore();
      run.send(3, answered(run.task(2), [5, 5]));
    }
    expect(restored.commands()).toEqual(straight.commands());
    expect(restored.machine().snapshot()).toEqual(straight.machine().snapshot());
  });

  test("does not grow with the updates of a window but by a note on each", () => {
    const [clients, length] = [60, 5000];
    const run = manualRun(
      planOf({ pacing: rounds({ cohort: clients }) }),
      new Float32Array(length),
      new Array<number>(clients).fill(1),
    );
    run.send(0, { kind: "started" });
    const size = (): number => run.machine().snapshot().length;
    const before = size();
    for (let id = 0; id < clients - 1; id++) run.send(1, answered(run.task(id), new Float32Array(length).fill(id)));
    expect(pendingTasks(run.machine().ledger)).toBe(clients);
    // One copy of an update alone would be 20,000 bytes; the notes are some 100 each.
    expect(size() - before).toBeLessThan(200 * clients);
    // The model (float32), and the running sum (float64): nothing else is that long.
    expect(size()).toBeLessThan(12 * length + 1000 * clients);
  });
});
