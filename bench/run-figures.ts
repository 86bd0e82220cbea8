/**
 * What one run of a simulator says, Potluck's or a peer's, and what it took.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { type Finished, runMeasured } from "./process-tree.ts";

/** What a run prints as JSON on a line of its own. */
export interface RunFigures {
  /** Of the second half of the rounds, with the one evaluation at their end. */
  readonly roundSeconds: number;
  /** Of the last model, on the held-out examples. */
  readonly accuracy: number;
}

/** What a run of Potluck prints; see `simulator-run.ts`. */
export interface PotluckFigures extends RunFigures {
  /** Of the same rounds, of all threads together: hardly longer while other programs are busy. */
  readonly processorSeconds: number;
  /** Share of the workers' time inside ONNX Runtime. */
  readonly executingShare: number;
  readonly modelHash: string;
}

/** The figures of a run, and the memory of its processes. */
export type Measured<Figures extends RunFigures> = Figures & Pick<Finished, "peakMebibytes">;

/** Longer than any run takes on a machine that is busy with other things. */
const LIMIT_SECONDS = 240;

/** Runs Potluck on a task with so many workers. Throws where it fails. */
export async function runPotluck(task: string, workers: number): Promise<Measured<PotluckFigures>> {
  const script = fileURLToPath(new URL("simulator-run.ts", import.meta.url));
  const finished = await runMeasured(process.execPath, [script, task, String(workers)], {
    limitSeconds: LIMIT_SECONDS,
  });
  const figures = printed(finished);
  if (figures === null) throw new Error(`the simulation of ${task} failed: ${lastLine(finished.errors)}`);
  return {
    ...measuredOf(figures, finished),
    processorSeconds: Number(figures["processorSeconds"]),
    executingShare: Number(figures["executingShare"]),
    modelHash: String(figures["modelHash"]),
  };
}

/** Runs a peer's script in this folder; where it fails, its last words. */
export async function runPeer(
  python: string,
  [script, ...args]: readonly [string, ...string[]],
): Promise<Measured<RunFigures> | string> {
  const command = [fileURLToPath(new URL(script, import.meta.url)), ...args];
  const env = { PYTHONDONTWRITEBYTECODE: "1" };
  const finished = await runMeasured(python, command, { env, limitSeconds: LIMIT_SECONDS });
  const figures = printed(finished);
  return figures === null ? lastLine(finished.errors) : measuredOf(figures, finished);
}

function measuredOf(
  { roundSeconds, accuracy }: Readonly<Record<string, unknown>>,
  { peakMebibytes }: Finished,
): Measured<RunFigures> {
  return { roundSeconds: Number(roundSeconds), accuracy: Number(accuracy), peakMebibytes };
}

/** The line of JSON among what was printed; null where there is none. */
function printed({ output }: Finished): Readonly<Record<string, unknown>> | null {
  const line = output.split("\n").findLast((candidate) => candidate.startsWith("{"));
  const figures: unknown = line === undefined ? null : JSON.parse(line);
  return typeof figures === "object" && figures !== null ? { ...figures } : null;
}

function lastLine(errors: string): string {
  return errors.trim().split("\n").at(-1) ?? "";
}
