import { clientId, present, startMachine, type Task } from "@potluck/core";
import { loadKernels } from "@potluck/kernels";
import { type ArrivalAt, parseScenario, setStage } from "@potluck/scenario";
import { tiny } from "@potluck/testkit";
import { expect, test } from "vitest";
import { retrain } from "./arrivals.ts";

const scenario = parseScenario(
  {
    ...tiny,
    name: "arrivals",
    partition: { name: "iid", clients: 3 },
    plan: {
      pacing: { name: "fed-buff", updates: 1, concurrency: 3 },
      solver: { name: "sgd", learningRate: 0.1 },
      work: { epochs: 1, batchSize: 8 },
      versions: 2,
    },
  },
  "a test",
);

const spent = { downloadSeconds: 0, computeSeconds: 1, uploadSeconds: 0 };
const update = ({ client, id: task }: Task): ArrivalAt => ({ at: 1, arrival: { kind: "update", client, task, spent } });
const begun: readonly ArrivalAt[] = [
  ...[0, 1, 2].map((client): ArrivalAt => {
    const profile = { examples: 10, tier: "sample" };
    return { at: 0, arrival: { kind: "joined", client: clientId(client), profile, anew: true } };
  }),
  { at: 0, arrival: { kind: "started" } },
];

/** The tasks that the plan gives at once. */
async function firstTasks(): Promise<readonly Task[]> {
  const { params, layout, key, training } = await setStage({ scenario, seed: 1 }, 1);
  await training.pool.close();
  const machine = startMachine({ plan: scenario.plan, params, key, layout, kernels: loadKernels() });
  const commands = begun.flatMap(({ at, arrival }) => (arrival.kind === "update" ? [] : machine.handle(at, arrival)));
  return commands.flatMap((command) => (command.kind === "assign" ? [command.task] : []));
}

test("an answer that stands behind what has ended the run comes too late, and changes nothing", async () => {
  const [first, second, third] = (await firstTasks()).map(update);
  const inTime = [...begun, present(first, "an answer", 0), present(second, "an answer", 1)];
  const before = await retrain({ scenario, seed: 1 }, inTime);
  expect(before).toMatchObject({ versions: 2, updates: 2 });
  expect(await retrain({ scenario, seed: 1 }, [...inTime, present(third, "an answer", 2)])).toEqual(before);
});
