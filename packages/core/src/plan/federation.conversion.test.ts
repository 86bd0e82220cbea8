/** What becomes of old updates that the server is asked to convert. */
import {
  answered,
  joined,
  type ManualRun,
  manualRun,
  quadraticClients,
  rehearse,
  strategyConformance,
  tasksOf,
} from "@potluck/testkit";
import { describe, expect, test } from "vitest";
import { mixing } from "../aggregation/mixing.ts";
import { sum } from "../aggregation/sum.ts";
import { rootKey } from "../base/key.ts";
import { gradientInversion } from "../conversion/gradient-inversion.ts";
import { none } from "../conversion/none.ts";
import { fedBuff } from "../pacing/fed-buff.ts";
import { fedCompass } from "../pacing/fed-compass.ts";
import { rounds } from "../pacing/rounds.ts";
import { inverse } from "../participation/inverse.ts";
import { sgd as serverSgd } from "../server-optimizer/sgd.ts";
import { sgd } from "../solver/sgd.ts";
import { pendingTasks } from "../scorecard/client-times.ts";
import { polynomial } from "../staleness/polynomial.ts";
import { uniform as uniformWeighting } from "../weighting/uniform.ts";
import { MAX_CONVERTING } from "./conversions.ts";
import type { Command, ConvertCommand, FleetEvent } from "./events.ts";
import { federated } from "./federated.ts";
import type { FederatedOptions } from "./federated-parts.ts";
import { clientId } from "./identity.ts";

const parts: FederatedOptions = {
  pacing: fedBuff({ updates: 1 }),
  weighting: uniformWeighting(),
  solver: sgd({ learningRate: 0.1 }),
  work: { steps: 1, batchSize: 1 },
  conversion: gradientInversion({ fromStaleness: 2, blendVersions: 0, maximumSteps: 4 }),
  versions: 100,
};

/** Two clients at work from version 0; the first has answered `versions` times since, moving one parameter by one each time. */
function run(versions: number, changes: Partial<FederatedOptions> = {}): ManualRun {
  const driven = manualRun(federated({ ...parts, ...changes }), new Float32Array(2), [1, 1]);
  driven.send(0, { kind: "started" });
  for (let version = 0; version < versions; version++) {
    const task = taskOf(driven, 0);
    driven.send(1, answered(task, [version + 1, 0]));
  }
  return driven;
}

/** The task that a client works on. */
function taskOf(driven: ManualRun, client: number) {
  return driven.task(driven.machine().fleet.client(clientId(client)).task ?? -1);
}

function conversionIn(commands: readonly Command[]): ConvertCommand {
  const found = commands.find((command) => command.kind === "convert");
  if (found === undefined) throw new Error("nothing is converted");
  return found;
}

function converted({ client, task }: ConvertCommand, params: readonly number[] | null): FleetEvent {
  return { kind: "converted", client, task, params: params === null ? null : Float32Array.from(params) };
}

const kinds = (commands: readonly Command[]): readonly string[] => commands.map(({ kind }) => kind);

function publishedIn(commands: readonly Command[]): Command & { readonly kind: "publish" } {
  const found = commands.find((command) => command.kind === "publish");
  if (found === undefined) throw new Error("nothing is published");
  return found;
}

describe("an update as old as the plan says", () => {
  test("is not used but sent to be converted, with all that it takes", () => {
    const driven = run(3);
    const task = taskOf(driven, 1);
    const commands = driven.send(9, answered(task, [0, 8], { steps: 12 }));
    expect(kinds(commands)).toEqual(["convert", "assign"]);
    expect(commands[0]).toMatchObject({
      client: 1,
      task: task.id,
      start: Float32Array.of(0, 0),
      trained: Float32Array.of(0, 8),
      current: Float32Array.of(3, 0),
      steps: 4,
      stepSize: (0.1 * 12) / 4,
      inversion: { examples: 16, iterations: 200, topShare: 1 },
    });
    // Its client does not wait for the server: it starts anew, from the latest version.
    expect(commands[1]).toMatchObject({ task: { client: 1, version: 3 } });
  });

  test("counts, once converted, as one that started from the version it was converted to", () => {
    const driven = run(3, { staleness: polynomial(), aggregation: sum() });
    const request = conversionIn(driven.send(9, answered(taskOf(driven, 1), [0, 8])));
    const commands = driven.send(10, converted(request, [3, 5]));
    const { params, contributions, version } = publishedIn(commands);
    expect([...params]).toEqual([3, 5]);
    expect(version).toBe(4);
    expect(contributions).toEqual([{ client: 1, task: request.task, factor: 1, steps: 1, staleness: 0 }]);
    expect(kinds(commands)).toEqual(["publish"]);
  });

  test("counts, converted in part, in between: each part by its own age", () => {
    const conversion = gradientInversion({ fromStaleness: 2, blendVersions: 12 });
    const driven = run(3, { staleness: polynomial(), aggregation: sum(), conversion });
    // The first estimate is (0, 5) from version 3, where the client goes on to say (0, 8), as it did before.
    driven.send(10, converted(conversionIn(driven.send(9, answered(taskOf(driven, 1), [0, 8]))), [3, 5]));
    for (const second of [11, 12]) driven.send(second, answered(taskOf(driven, 0), [9, 9]));
    const request = conversionIn(driven.send(13, answered(taskOf(driven, 1), [3, 8])));
    const [x = 0, y = 0] = request.current;
    const { contributions, params } = publishedIn(driven.send(14, converted(request, [x, y + 4])));
    // γ = 1 − (6 − 3) / 12 = ¾, and s(3) = 4^−½ = ½: ¾ · 1 + ¼ · ½ = 0.875.
    expect(contributions).toMatchObject([{ client: 1, factor: 0.875, staleness: 0 }]);
    // 0.875 · (¾ · 4 + ¼ · 8) = 4.375
    expect(params[1]).toBeCloseTo(y + 4.375, 5);
  });

  test("is as stale as what was published while it was converted", () => {
    const driven = run(3);
    const request = conversionIn(driven.send(9, answered(taskOf(driven, 1), [0, 8])));
    driven.send(10, answered(taskOf(driven, 0), [4, 0]));
    const { params, contributions } = publishedIn(driven.send(11, converted(request, [3, 5])));
    // What it says is (3, 5) − (3, 0), and that is added to version 4.
    expect([...params]).toEqual([4, 5]);
    expect(contributions[0]?.staleness).toBe(1);
  });

  test.each<[string, readonly number[] | null]>([
    ["there is no estimate", null],
    ["the estimate is not finite", [Number.NaN, 1]],
    ["the estimate is of another model", [1]],
  ])("is used as it is where %s", (_, estimate) => {
    const driven = run(3);
    const request = conversionIn(driven.send(9, answered(taskOf(driven, 1), [0, 8])));
    const { params, contributions } = publishedIn(driven.send(10, converted(request, estimate)));
    expect([...params]).toEqual([3, 8]);
    expect(contributions[0]?.staleness).toBe(3);
  });

  test("is mixed in as what it was converted to where models are mixed", () => {
    const driven = run(3, { aggregation: mixing() });
    const { current, ...request } = conversionIn(driven.send(9, answered(taskOf(driven, 1), [0, 8])));
    const { params } = publishedIn(driven.send(10, converted({ ...request, current }, [3, 5])));
    expect([...params]).toEqual([3, 5]);
  });

  test("is held like any other where the pacing holds what arrives", () => {
    const work = { minimumSteps: 1, maximumSteps: 8, batchSize: 1 };
    const conversion = gradientInversion({ fromStaleness: 1 });
    const { commands, machine, finished } = rehearse({
      plan: federated({ ...parts, pacing: fedCompass(), work, conversion, versions: 20 }),
      clients: quadraticClients(rootKey(2), 6, 2),
      params: new Float32Array(2),
    });
    const asked = commands.filter(({ kind }) => kind === "convert");
    expect(asked.length).toBeGreaterThan(0);
    expect(finished).toBe("20 versions were published");
    expect(pendingTasks(machine.ledger)).toBe(0);
  });
});

test("an update that is not as old is used at once", () => {
  const driven = run(1);
  expect(kinds(driven.send(9, answered(taskOf(driven, 1), [0, 8])))).toEqual(["publish", "assign"]);
});

test("where nothing is to be converted nothing is, however old", () => {
  const driven = run(8, { conversion: none() });
  expect(kinds(driven.send(9, answered(taskOf(driven, 1), [0, 8])))).toEqual(["publish", "assign"]);
});

test("a broken update is refused before anything is converted", () => {
  const driven = run(3);
  const commands = driven.send(9, answered(taskOf(driven, 1), [0, Number.NaN]));
  expect(kinds(commands)).not.toContain("convert");
  expect(commands[0]).toMatchObject({ kind: "refuse", refusal: "invalid" });
});

describe("while an update is converted", () => {
  test("its client may leave and come back: it counts all the same", () => {
    const driven = run(3);
    const request = conversionIn(driven.send(9, answered(taskOf(driven, 1), [0, 8])));
    driven.send(9, { kind: "left", client: clientId(1) });
    driven.send(9, joined(1));
    expect([...publishedIn(driven.send(10, converted(request, [3, 5]))).params]).toEqual([3, 5]);
  });

  test("its client answers again: the second answer is late", () => {
    const driven = run(3);
    const task = taskOf(driven, 1);
    const request = conversionIn(driven.send(9, answered(task, [0, 8])));
    expect(driven.send(9, answered(task, [0, 9]))).toMatchObject([{ kind: "refuse", refusal: "late" }]);
    driven.send(10, converted(request, [3, 5]));
    expect(driven.machine().ledger.waiting.has(task.id)).toBe(false);
  });

  test("its client's place is another's from its arrival on: the server's work is not the clients'", () => {
    const driven = manualRun(
      federated({ ...parts, pacing: fedBuff({ updates: 1, concurrency: 2 }) }),
      new Float32Array(2),
      [1, 1, 1],
    );
    driven.send(0, { kind: "started" });
    const [slow, fast] = [0, 1].map((id) => driven.task(id));
    if (slow === undefined || fast === undefined) throw new Error("two are asked");
    let answering = fast;
    for (let version = 0; version < 3; version++) {
      const [next] = tasksOf(driven.send(1, answered(answering, [1, 0])));
      if (next === undefined) throw new Error("somebody is asked");
      answering = next;
    }
    const commands = driven.send(2, answered(slow, [0, 8]));
    expect(kinds(commands)).toEqual(["convert", "assign"]);
    // Two are at work again, which is all that there is room for, before and after the server is done.
    expect(kinds(driven.send(3, joined(3)))).toEqual([]);
    expect(kinds(driven.send(4, converted(conversionIn(commands), [3, 5])))).toEqual(["publish"]);
  });

  test("a round waits for it, and closes when the server is done", () => {
    const pacing = rounds({ cohort: 2, quorum: 0.5, deadlineSeconds: 10 });
    const always: ReturnType<typeof gradientInversion> = {
      ...gradientInversion(),
      inversion: () => ({ examples: 1, iterations: 1, learningRate: 0.1, topShare: 1, maximumSteps: 1 }),
    };
    const driven = manualRun(federated({ ...parts, pacing, conversion: always }), new Float32Array(2), [1, 1]);
    driven.send(0, { kind: "started" });
    const requests = [0, 1].map((client) => driven.send(1, answered(taskOf(driven, client), [0, 8])));
    expect(requests.map(kinds)).toEqual([["convert"], ["convert"]]);
    const [first, second] = requests.map(conversionIn);
    if (first === undefined || second === undefined) throw new Error("both are converted");
    expect(driven.send(2, converted(first, [0, 5]))).toEqual([]);
    expect(kinds(driven.send(3, converted(second, [0, 5]))).slice(0, 3)).toEqual(["publish", "assign", "assign"]);
  });

  test("what arrives while a thousand wait is used as it is", () => {
    const clients = MAX_CONVERTING + 2;
    const plan = federated({ ...parts, conversion: gradientInversion({ fromStaleness: 1 }), versions: 10 });
    const driven = manualRun(plan, new Float32Array(2), new Array<number>(clients).fill(1));
    driven.send(0, { kind: "started" });
    const answer = (client: number): readonly string[] =>
      kinds(driven.send(1, answered(taskOf(driven, client), [0, 1])));
    answer(0);
    for (let client = 1; client <= MAX_CONVERTING; client++) expect(answer(client)[0]).toBe("convert");
    expect(answer(MAX_CONVERTING + 1)[0]).toBe("publish");
  });

  test("the machine may go through bytes", () => {
    const driven = run(3);
    const request = conversionIn(driven.send(9, answered(taskOf(driven, 1), [0, 8])));
    driven.restore();
    expect([...publishedIn(driven.send(10, converted(request, [3, 5]))).params]).toEqual([3, 5]);
  });

  test("the run may end: the update is abandoned, and nobody waits for the server any more", () => {
    const driven = run(3, { versions: 4 });
    const task = taskOf(driven, 1);
    const request = conversionIn(driven.send(9, answered(task, [0, 8])));
    const commands = driven.send(10, answered(taskOf(driven, 0), [4, 0]));
    expect(commands).toContainEqual(expect.objectContaining({ kind: "refuse", task: task.id, refusal: "abandoned" }));
    expect(kinds(commands).at(-1)).toBe("finish");
    expect(driven.send(11, converted(request, [3, 5]))).toEqual([]);
  });

  test("an answer to what was never asked, or about another client, is nothing", () => {
    const driven = run(3);
    const request = conversionIn(driven.send(9, answered(taskOf(driven, 1), [0, 8])));
    expect(driven.send(10, converted({ ...request, client: clientId(0) }, [9, 9]))).toEqual([]);
    expect(kinds(driven.send(10, converted(request, [3, 5])))).toContain("publish");
    expect(driven.send(11, converted(request, [9, 9]))).toEqual([]);
  });
});

test("a client whose old updates say more than the estimates is heard as it is, and converted again when that turns", () => {
  const driven = run(3);
  const say = (delta: number, estimate: number): number => {
    const task = taskOf(driven, 1);
    const start = task.params[1] ?? 0;
    const request = conversionIn(driven.send(9, answered(task, [task.params[0] ?? 0, start + delta])));
    const before = request.current[1] ?? 0;
    const { params } = publishedIn(driven.send(9, converted(request, [request.current[0] ?? 0, before + estimate])));
    for (let version = 0; version < 3; version++) {
      const other = taskOf(driven, 0);
      driven.send(9, answered(other, [(other.params[0] ?? 0) + 1, other.params[1] ?? 0]));
    }
    return (params[1] ?? 0) - before;
  };
  expect(say(8, 5)).toBe(5);
  // It says 8 again: the old update, 8, was right and the estimate, 5, was not.
  expect(say(8, 5)).toBe(8);
  // It says 5: this time the estimate was right, and it is used from now on.
  expect(say(5, 2)).toBe(2);
});

strategyConformance({
  name: "fed-buff with conversions",
  plan: (versions) =>
    federated({
      ...parts,
      pacing: fedBuff({ updates: 4 }),
      aggregation: sum({ divideBy: "clients" }),
      participation: inverse(),
      conversion: gradientInversion({ fromStaleness: 1, blendVersions: 5 }),
      serverOptimizer: serverSgd({ learningRate: 0.05 }),
      work: { steps: 5, batchSize: 1 },
      versions,
    }),
  objective: "per client",
  weights: "absolute",
});
