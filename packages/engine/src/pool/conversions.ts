/**
 * Conversions: updates that were made from one model, turned into such as their clients would have made from another.
 *
 *     D ← examples on which training leads from `start` to `trained`     see `run-inversion.ts`
 *     estimate = training on D from `current`
 *
 * Wang, Gao, "Tackling intertwined data and device heterogeneities in federated learning with unlimited staleness",
 * AAAI 2025. https://arxiv.org/abs/2309.13536
 *
 * @module
 */
import { assertKey, Fault } from "@potluck/core";
import type { StandardForm } from "../import/standard-form.ts";
import type { Objective } from "../objective/objective.ts";
import type { InversionTask } from "../runtime/run-inversion.ts";
import { inversionProgram } from "../training/inversion-graph.ts";
import type { InversionProgram, InversionSize } from "../training/inversion-program.ts";
import type { Named } from "./messages.ts";
import { shareBytes } from "./shared-memory.ts";

/** What to convert, and how. */
export interface ConversionJob extends InversionTask, InversionSize {
  /** The parameters that the estimate starts from. */
  readonly current: Float32Array;
  /** Takes the job back. One that is running already is finished, and its result dropped. */
  readonly signal?: AbortSignal;
}

/** What a conversion gave. */
export interface ConversionResult {
  /** Where the client would have come to from `current`, as far as its update tells. */
  readonly params: Float32Array;
  /** How well the update was explained: see `Inverted.distance`. */
  readonly distance: number;
  /** Wall time that the worker spent on the job. */
  readonly wallSeconds: number;
}

/** The most sizes of inversions that a pool remembers derived graphs for. */
export const MAX_INVERSION_PROGRAMS = 16;

/** The programs that invert the training of one model, each made at its first use. */
export interface InversionPrograms {
  /** Throws Fault "model-unsupported" or "option-invalid". */
  readonly of: (size: InversionSize) => Named<InversionProgram>;
}

/** The inversion programs of a model that is trained for `objective`. */
export function inversionPrograms(form: StandardForm, objective: Objective): InversionPrograms {
  const programs = new Map<string, Named<InversionProgram>>();
  return {
    of: ({ examples, steps }) => {
      refuseObjective(objective);
      const id = `${examples} examples, ${steps} steps`;
      const known = programs.get(id);
      if (known !== undefined) return known;
      const program = inversionProgram(form, { examples, steps });
      const made = { id, program: { ...program, model: shareBytes(program.model) } };
      programs.set(id, made);
      const [oldest] = programs.keys();
      if (programs.size > MAX_INVERSION_PROGRAMS && oldest !== undefined) programs.delete(oldest);
      return made;
    },
  };
}

function refuseObjective({ part }: Objective): void {
  if (part.name === "cross-entropy") return;
  throw new Fault(
    "model-unsupported",
    `updates of this model cannot be inverted: it is trained for the loss "${part.name}", not for "cross-entropy"`,
    "Use updates as they are, or a loss of classes.",
  );
}

/** Throws Fault "option-invalid" where the key of a job is none; its numbers are checked where it is done. */
export function checkConversion({ key }: ConversionJob): void {
  assertKey("a job", key);
}
