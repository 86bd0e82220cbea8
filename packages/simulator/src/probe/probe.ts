/**
 * Probing: how long each worker of a scenario takes for its share of a gradient, and for half of that, round after round. From the two a
 * code can be chosen for these workers: see `tuneCoding`.
 *
 * The rounds are those of the scenario without a code: everybody is waited for. Steps are too small to change its models.
 *
 * @module
 */
import {
  clientId,
  coded,
  coding,
  Fault,
  present,
  type RecordedTimes,
  ROUNDS_NOTED_LIMIT,
  serverOptimizer,
  type TaskNote,
} from "@potluck/core";
import { runClock, type TimingOptions } from "../run/simulate.ts";
import { type Scenario, setClock, type StageRequest } from "@potluck/scenario";

/** The most rounds that are recorded at each load. */
export const MAX_PROBED_ROUNDS: number = ROUNDS_NOTED_LIMIT - 1;

/** How to probe. */
export interface ProbeOptions extends StageRequest {
  /** Rounds at each load, from 1 to {@link MAX_PROBED_ROUNDS}. One more is run before them, in which workers may have to warm up. */
  readonly rounds: number;
  /** Runs a scenario and gives what became of its tasks. In virtual time by default. */
  readonly run?: (scenario: Scenario) => Promise<readonly TaskNote[]>;
  /** Hears of each load before its rounds are run. */
  readonly onLoad?: (load: number) => void;
  /** Ends it early: without times, by Fault "data-invalid". */
  readonly signal?: AbortSignal;
}

/** Times at one load. */
export interface ProbedTimes extends RecordedTimes {
  /** Rounds that are not among them, for somebody failed or was lost. */
  readonly leftOut: number;
}

/** One part of this of a worker's share is what it computes at the lower load. */
const PARTS = 2;

/**
 * Times at a worker's whole share, and at half of it. Throws Fault "plan-contradiction" for a plan without codes or with too few examples,
 * "data-invalid" where no round went through, and the faults of the scenario's parts.
 */
export async function probe(options: ProbeOptions): Promise<readonly ProbedTimes[]> {
  const { scenario, seed, rounds, onLoad, signal } = options;
  const run =
    options.run ?? ((asked) => virtualRun({ scenario: asked, seed, ...(signal !== undefined && { signal }) }));
  const { workers, batch } = await sizesOf({ scenario, seed });
  const probed: ProbedTimes[] = [];
  for (const examples of [batch, Math.floor(batch / PARTS)]) {
    const load = examples / batch / workers;
    onLoad?.(load);
    const tasks = await run(uncodedScenario(scenario, { examples, jobs: rounds + 1 }));
    probed.push({ ...timesIn(tasks, { workers, rounds }), load });
  }
  return probed;
}

async function virtualRun(request: TimingOptions): Promise<readonly TaskNote[]> {
  const { simulation } = await runClock(request);
  return [...simulation.notes.tasks.values()];
}

/** How many workers there are, and how many examples make a gradient. Throws as {@link probe} says. */
async function sizesOf(request: StageRequest): Promise<{ readonly workers: number; readonly batch: number }> {
  const { plan } = request.scenario;
  if (!plan.parts.some(({ room }) => room === "coding")) {
    const message = "the plan is not of gradients that workers share, so there is no code to choose for them";
    throw new Fault("plan-contradiction", message, CODED);
  }
  const { devices, examplesOf } = await setClock(request);
  const workers = devices.length;
  const examples = examplesOf(clientId(0), 0);
  const batch = Math.min(plan.settings["batchSize"] ?? examples, examples);
  if (batch >= PARTS * workers) return { workers, batch };
  const message = `half of ${batch} examples cannot be shared out to ${workers} workers`;
  throw new Fault("plan-contradiction", message, `Take batches of at least ${PARTS * workers} examples.`);
}

const CODED = 'Give it a coding, such as { "name": "uncoded" }: docs/explanation/codes.md shows such a plan.';

/** A step that changes no float32 that is not nearly 0. */
const STEP = 1e-12;

/** The scenario without a code, for gradients of so many examples, measured at its end alone. */
function uncodedScenario(
  scenario: Scenario,
  { examples, jobs }: { readonly examples: number; readonly jobs: number },
): Scenario {
  const { targetAccuracy: _a, targetLoss: _b, stopAtTarget: _c, maximumSeconds: _d, ...kept } = scenario;
  const models = [serverOptimizer.sgd({ learningRate: STEP })];
  return { ...kept, plan: coded({ coding: coding.uncoded(), models, jobs, batchSize: examples }), evaluateEvery: jobs };
}

/** The rounds in which every worker answered to its one task, by worker; the first round is passed over. */
function timesIn(
  tasks: readonly TaskNote[],
  { workers, rounds }: { readonly workers: number; readonly rounds: number },
): Omit<ProbedTimes, "load"> {
  const byRound = Map.groupBy(tasks, ({ round }) => round);
  const whole = Array.from({ length: rounds }, (_, at) => byRound.get(at + 2) ?? []).filter(
    (own) => own.length === workers && own.every(({ fate, standsIn }) => fate === "answered" && !standsIn),
  );
  if (whole.length === 0) {
    const message = `in none of ${rounds} rounds all ${workers} workers answered`;
    throw new Fault("data-invalid", message, "Probe more rounds, or workers that fail less often.");
  }
  const seconds = Array.from({ length: workers }, () => new Float64Array(whole.length));
  for (const [at, own] of whole.entries()) {
    for (const { client, assignedAt, endedAt } of own) {
      present(seconds[client], "the times of worker", client)[at] = (endedAt ?? assignedAt) - assignedAt;
    }
  }
  return { seconds, leftOut: rounds - whole.length };
}
