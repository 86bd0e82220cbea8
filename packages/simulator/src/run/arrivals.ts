/**
 * What has arrived in a real run, trained anew: the same plan is told the same things in the same order, and every answer is what this
 * machine makes of its task. It comes to the same model, to the bit, where the devices computed as this machine does.
 *
 * Answers that are encoded with a device's own secret (noise, stochastic rounding) are not the same: nobody else knows it.
 *
 * @module
 */
import { type ClientId, type Command, type FleetEvent, type Seconds, startMachine, type Update } from "@potluck/core";
import { loadKernels } from "@potluck/kernels";
import { type Arrival, type ArrivalAt, modelHashOf, setStage, type StageRequest } from "@potluck/scenario";
import { type Crew, crewOf, type Work } from "./crew.ts";

type UpdateEvent = FleetEvent & { readonly kind: "update" };

/** What training anew comes to. */
export interface Retrained {
  readonly versions: number;
  /** Updates that were trained. */
  readonly updates: number;
  /** SHA-256 of the parameters published last, in hexadecimal; null where none were. */
  readonly modelHash: string | null;
}

/** Trains everything that has arrived anew. Throws the faults of the scenario's parts. */
export async function retrain(request: StageRequest, arrivals: Iterable<ArrivalAt>): Promise<Retrained> {
  const stage = await setStage(request, 1);
  const { scenario, params, layout, key } = stage;
  const machine = startMachine({ plan: scenario.plan, params, key, kernels: loadKernels(), layout });
  const crew = crewOf(stage);
  const turns = new Map<number, number>();
  let [updates, published]: [number, Float32Array | null] = [0, null];
  try {
    for (const { at, arrival } of arrivals) {
      const work = arrival.kind === "update" ? crew.at(arrival.task) : undefined;
      const event = arrival.kind === "update" ? await answered(crew, arrival, work) : arrival;
      if (work !== undefined && event.kind === "update") updates += 1;
      if (event.kind === "failed") crew.end(event.task);
      if (event.kind === "left") endAll(crew, event.client);
      for (const command of machine.handle(at, event)) {
        if (command.kind === "publish") published = command.params;
        carryOut(crew, command, { at, turns });
      }
    }
    return {
      versions: machine.ledger.versions,
      updates,
      modelHash: published === null ? null : await modelHashOf(published),
    };
  } finally {
    for (const { task } of crew.works()) crew.end(task.id);
    await stage.training.pool.close();
  }
}

/**
 * What a device has answered. An answer may arrive together with what takes its task back, or with what ends the run, and stand behind
 * that: it comes too late, and is refused whatever it holds.
 */
async function answered(
  crew: Crew,
  { spent, ...event }: Arrival & { readonly kind: "update" },
  work: Work | undefined,
): Promise<UpdateEvent> {
  if (work === undefined) return { ...event, update: { ...NOTHING_TRAINED, spent } };
  const answer = await crew.answer(work);
  if ("reason" in answer) throw new Error(`task ${event.task} was answered, and fails here: ${answer.reason}`);
  work.answer = answer;
  crew.arrived(work);
  return { ...event, update: { ...answer.update, spent } };
}

const NOTHING_TRAINED: Omit<Update, "spent"> = { payload: new Uint8Array(0), examples: 1, steps: 1, trainLoss: 0 };

/** Whatever a client that is gone was at is lost. */
function endAll(crew: Crew, client: ClientId): void {
  const lost = [...crew.works()].filter(({ task }) => task.client === client);
  for (const { task } of lost) crew.end(task.id);
}

function carryOut(
  crew: Crew,
  command: Command,
  { at, turns }: { readonly at: Seconds; readonly turns: Map<number, number> },
): void {
  switch (command.kind) {
    case "assign": {
      const { task } = command;
      const turn = turns.get(task.client) ?? 0;
      turns.set(task.client, turn + 1);
      crew.begin(task, { assignedAt: at, turn });
      return;
    }
    case "recall":
      return crew.end(command.task);
    case "refuse":
      return crew.refused(command.task);
    case "publish":
    case "timer":
    case "finish":
    case "convert":
      return;
  }
}
