import { clientId, federated, opaqueStrategy, pacing, type Plan, rootKey, type Strategy, taskId } from "@potluck/core";
import { describe, expect, test } from "vitest";
import { quadraticClients } from "./quadratic.ts";
import { type Fate, fates, rehearse } from "./rehearsal.ts";
import { fullRounds } from "./strategy-conformance.ts";

const CLIENTS = quadraticClients(rootKey(1), 3, 2);
const plan = federated({ ...fullRounds, pacing: pacing.rounds({ cohort: 3, quorum: 0.3 }), versions: 2 });
const params = new Float32Array(2);

/** A plan of one task for each client, that writes down what it hears and when. */
function listener(heard: string[]): Plan {
  const strategy: Strategy<null> = {
    init: () => null,
    handle: (_, event, { now, issue, fleet }) => {
      const who = "client" in event ? ` ${event.client}` : "";
      heard.push(`${now} ${event.kind}${who}`);
      if (event.kind !== "started") return;
      issue({ kind: "timer", name: "x", after: 1 });
      for (const [id, client] of CLIENTS.entries()) {
        expect(client.examples).toBe(fleet.client(clientId(id)).profile.examples);
        issue({ kind: "assign", task: taskFor(id) });
      }
    },
  };
  return { ...plan, strategy: opaqueStrategy(strategy) };
}

function taskFor(id: number) {
  const [assign] = rehearse({ plan, clients: CLIENTS, params }).commands;
  if (assign?.kind !== "assign") throw new Error("a plan begins with a task");
  return { ...assign.task, client: clientId(id), id: assign.task.id };
}

describe("a rehearsal", () => {
  test("delivers events by time, simultaneous ones in their canonical order", () => {
    const heard: string[] = [];
    rehearse({ plan: listener(heard), clients: CLIENTS, params });
    // Tasks take 1, 2 and 3 seconds; at 1 second the update comes before the timer.
    expect(heard).toEqual([
      "0 joined 0",
      "0 joined 1",
      "0 joined 2",
      "0 started",
      "0 transferred 0",
      "0 transferred 1",
      "0 transferred 2",
      "1 transferred 0",
      "1 update 0",
      "1 timer",
      "2 transferred 1",
      "2 update 1",
      "3 transferred 2",
      "3 update 2",
    ]);
  });

  test.each<[Fate, readonly string[]]>([
    ["answer", ["1 transferred 0", "1 update 0"]],
    ["fail", ["1 failed 0"]],
    ["leave", ["1 transferred 0", "1 left 0", "6 joined 0"]],
    ["rejoin", ["1 joined 0"]],
    ["answer twice", ["1 update 0", "2 update 0"]],
    ["answer after another", ["0.5 update 1", "1 update 0"]],
    ["answer with NaN", ["1 update 0"]],
  ])("lets a task %s", (fate, expected) => {
    const heard: string[] = [];
    const [first] = CLIENTS;
    rehearse({ plan: listener(heard), clients: CLIENTS, params, fate: ({ client }) => (client === 0 ? fate : "fail") });
    expect(first?.taskSeconds).toBe(1);
    const aboutIt = heard.filter((line) => !/^0 |timer|failed [12]$/u.test(line));
    expect(aboutIt).toEqual(expected);
    expect(fates).toContain(fate);
  });

  test("says what was published, how it ended and when", () => {
    const { published, commands, finished, seconds } = rehearse({ plan, clients: CLIENTS, params });
    expect(published).toEqual(commands.flatMap((command) => (command.kind === "publish" ? [command.params] : [])));
    expect(published.length).toBe(2);
    expect(finished).toBe("2 versions were published");
    // The slowest client takes 3 seconds in each of 2 rounds.
    expect(seconds).toBe(6);
  });

  test("of a plan that comes to rest has no end", () => {
    const waiting = federated({ ...fullRounds, pacing: pacing.rounds({ cohort: 4 }), versions: 1 });
    expect(rehearse({ plan: waiting, clients: CLIENTS, params })).toMatchObject({ finished: null, published: [] });
  });

  test("shows the machine after every event", () => {
    const times: number[] = [];
    const { machine } = rehearse({
      plan,
      clients: CLIENTS,
      params,
      watch: ({ fleet }, now) => {
        times.push(now);
        expect(fleet.population).toBeGreaterThan(0);
      },
    });
    // Three join, and it starts; in each round three models go out at once, and each update comes after its bytes.
    expect(times).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6]);
    expect(machine.ledger.versions).toBe(2);
  });

  test("depends on its seed and on nothing else", () => {
    const choosy = federated({ ...fullRounds, pacing: pacing.rounds({ cohort: 1 }), versions: 8 });
    const published = (seed: number) => rehearse({ plan: choosy, clients: CLIENTS, params, seed }).published;
    expect(published(1)).toEqual(published(1));
    expect(published(1)).not.toEqual(published(2));
  });
});

test("a rehearsal's server converts updates a little later, all but each fifth", () => {
  const heard: string[] = [];
  const strategy: Strategy<null> = {
    init: () => null,
    handle: (_, event, { now, issue }) => {
      if (event.kind === "converted") heard.push(`${now} ${event.task} ${event.params === null ? "failed" : "done"}`);
      if (event.kind !== "started") return;
      const vector = Float32Array.of(0, 0);
      const inversion = { examples: 1, maximumSteps: 1, iterations: 1, learningRate: 1, topShare: 1 };
      for (let id = 0; id < 5; id++) {
        const about = { client: clientId(0), task: taskId(id), key: rootKey(0) };
        const vectors = { start: vector, trained: vector, current: vector };
        issue({ kind: "convert", ...about, ...vectors, steps: 1, stepSize: 0.1, inversion });
      }
    },
  };
  rehearse({ plan: { ...plan, strategy: opaqueStrategy(strategy) }, clients: CLIENTS, params });
  expect(heard).toEqual(["0.25 0 done", "0.25 1 done", "0.25 2 done", "0.25 3 done", "0.25 4 failed"]);
});
