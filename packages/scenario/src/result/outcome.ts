/**
 * What a run has come to, without its model: plain data, from which reports and comparisons are made.
 *
 * @module
 */
import type { RunResult } from "./result.ts";

/** The result of a run without its model, and without anything else that is bytes. */
export type RunOutcome = Omit<
  RunResult,
  "model" | "modelFiles" | "params" | "layout" | "checkpoint" | "spent" | "warnings"
> &
  Partial<Pick<RunResult, "spent" | "warnings">>;

/** An outcome as JSON has it. */
export interface PlainOutcome extends Omit<RunOutcome, "failures"> {
  /** How often tasks failed, by the reason. */
  readonly failures: Readonly<Record<string, number>>;
}

/** The outcome of a run, ready to be written as JSON. */
export function plainOutcome(result: RunResult): PlainOutcome {
  const {
    model: _model,
    modelFiles: _files,
    params: _params,
    layout: _layout,
    checkpoint: _checkpoint,
    failures,
    ...outcome
  } = result;
  return { ...outcome, failures: Object.fromEntries(failures) };
}

/** The outcome that {@link plainOutcome} made plain. */
export function outcomeFrom({ failures, ...rest }: PlainOutcome): RunOutcome {
  return { ...rest, failures: new Map(Object.entries(failures)) };
}
