/**
 * The server's conversions: carried out for real in the worker pool from the instant they are asked for; only their timing
 * is pretended. The server does them one after another, each for as long as its arithmetic takes at the server's speed.
 *
 * @module
 */
import { type ConvertCommand, Fault, present, type Seconds, type TaskId } from "@potluck/core";
import { type ConversionCosts, NO_PARAMS, type Stage, type TrainingStage } from "@potluck/scenario";

/** What a checkpoint keeps: plain data. */
export interface ConverterState {
  readonly commands: readonly ConvertCommand[];
  readonly freeAt: Seconds;
  readonly tally: Tally;
}

/** The server at its conversions. */
export interface Converter {
  /** Sets about a conversion; the instant at which it will be done. */
  readonly begin: (command: ConvertCommand, now: Seconds) => Seconds;
  /** The result of a conversion that is done: parameters, or null where nothing was found. Throws what should not happen. */
  readonly end: (task: TaskId) => Promise<Float32Array | null>;
  /** Takes back all that goes on. */
  readonly stop: () => void;
  readonly costs: () => ConversionCosts;
  readonly state: () => ConverterState;
  /** How long from `now` it takes until all that was asked for is done. */
  readonly behind: (now: Seconds) => Seconds;
}

/** How the server begins. */
export interface ConverterStart {
  /** Where it was at a checkpoint. */
  readonly state?: ConverterState | undefined;
  /**
   * Whether, where nothing is trained, every conversion finds something, as it is by default, or none does: which of them
   * would is known from training alone.
   */
  readonly isBelieved?: boolean | undefined;
}

/** How fast the server computes unless a scenario says otherwise, in floating-point operations per second. */
const SERVER_FLOPS_PER_SECOND = 1e13;

interface Tally {
  conversions: number;
  failed: number;
  flops: number;
  seconds: Seconds;
  distances: number;
}

interface Underway {
  readonly command: ConvertCommand;
  readonly outcome: Promise<Outcome>;
  readonly cancel: AbortController;
}

type Outcome =
  | { readonly kind: "converted"; readonly params: Float32Array; readonly distance: number }
  | { readonly kind: "failed" }
  | { readonly kind: "broken"; readonly error: unknown };

/** The server of a stage. */
export function converterOf(stage: Stage, { state, isBelieved = true }: ConverterStart): Converter {
  const tally = { ...(state?.tally ?? { conversions: 0, failed: 0, flops: 0, seconds: 0, distances: 0 }) };
  let freeAt = state?.freeAt ?? 0;
  const underway = new Map<TaskId, Underway>();
  const { training } = stage;
  const untrained: Outcome = isBelieved ? { kind: "converted", params: NO_PARAMS, distance: 0 } : { kind: "failed" };
  const foundBy = async (command: ConvertCommand, signal: AbortSignal): Promise<Outcome> =>
    training === null ? untrained : outcomeOf(training, command, signal);
  const setAbout = (command: ConvertCommand): void => {
    const cancel = new AbortController();
    underway.set(command.task, { command, cancel, outcome: foundBy(command, cancel.signal) });
  };
  for (const command of state?.commands ?? []) setAbout(command);
  return {
    begin: (command, now) => {
      setAbout(command);
      freeAt = Math.max(now, freeAt) + flopsOf(stage, command) / speedOf(stage);
      return freeAt;
    },
    end: async (task) => {
      const { command, outcome: pending } = present(underway.get(task), "the conversion of task", task);
      const outcome = await pending;
      underway.delete(task);
      if (outcome.kind === "broken") throw outcome.error;
      tally.conversions += 1;
      const flops = flopsOf(stage, command);
      tally.flops += flops;
      tally.seconds += flops / speedOf(stage);
      if (outcome.kind === "failed") tally.failed += 1;
      else tally.distances += outcome.distance;
      return outcome.kind === "failed" ? null : outcome.params;
    },
    stop: () => {
      for (const { cancel } of underway.values()) cancel.abort();
      underway.clear();
    },
    costs: () => costsOf(tally, stage.training !== null),
    behind: (now) => Math.max(0, freeAt - now),
    state: () => ({ commands: [...underway.values()].map(({ command }) => command), freeAt, tally: { ...tally } }),
  };
}

function speedOf({ scenario }: Stage): number {
  return scenario.server?.flopsPerSecond ?? SERVER_FLOPS_PER_SECOND;
}

function costsOf({ distances, ...tally }: Tally, isTrained: boolean): ConversionCosts {
  const found = tally.conversions - tally.failed;
  return { ...tally, meanDistance: isTrained && found > 0 ? distances / found : null };
}

/** All iterations, and the training on what was found. */
function flopsOf({ costs }: Stage, { inversion, steps }: ConvertCommand): number {
  return costs.inversionFlops({ examples: inversion.examples, steps }) * (inversion.iterations + 1);
}

/** Never rejects: a rejection that nobody waits for yet would end the process. */
async function outcomeOf(
  training: TrainingStage,
  { start, trained, current, steps, stepSize, inversion, key }: ConvertCommand,
  signal: AbortSignal,
): Promise<Outcome> {
  const { examples, iterations, learningRate, topShare } = inversion;
  const job = { start, trained, current, steps, stepSize, examples, iterations, learningRate, topShare, key, signal };
  try {
    const { params, distance } = await training.pool.convert(job);
    // Examples that explain less than standing still would are none.
    return distance < 1 ? { kind: "converted", params, distance } : { kind: "failed" };
  } catch (error) {
    return error instanceof Fault && error.code === "training-failed" ? { kind: "failed" } : { kind: "broken", error };
  }
}
