/**
 * What is asked of an update before anything is made of it: that it is sound, and keeps within the limits of its plan.
 *
 * @module
 */
import { codecFor } from "../codec/codec.ts";
import { deltaOf } from "./conversions.ts";
import type { FleetEvent, RefusalRule } from "./events.ts";
import type { FederatedParts } from "./federated-parts.ts";
import { memoryDefect, type Memories } from "./memories.ts";
import type { Context } from "./strategy.ts";
import type { UpdateLimits } from "./update-limits.ts";
import type { Arrived, Decoding } from "./window.ts";

/** Why an update cannot be used: what of it breaks a rule, and how, in words. */
export interface Defect {
  readonly rule: RefusalRule;
  readonly detail: string;
}

/** What an update is held against. */
interface Asked {
  readonly upload: FederatedParts["upload"];
  /** The version that its task started from. */
  readonly version: number;
  /** How many parameters the model has. */
  readonly length: number;
  readonly memories: Memories | null;
  readonly limits: UpdateLimits;
}

/** Why an update that arrives cannot be used, or null. */
export function defectOf(
  { client, update }: FleetEvent & { readonly kind: "update" },
  { upload, version, length, memories, limits }: Asked,
  { layout, kernels }: Pick<Context, "layout" | "kernels">,
): Defect | null {
  const { payload, remembered = 0 } = update;
  const claim = claimDefect(update, limits);
  if (claim !== null) return claim;
  const unknown = memories === null ? null : memoryDefect(memories, client, remembered);
  if (unknown !== null) return { rule: "memory", detail: unknown };
  const message = codecFor(upload, { version, layout }).defect(payload, length, kernels);
  return message === null ? null : { rule: "payload", detail: message };
}

type Claims = Pick<(FleetEvent & { readonly kind: "update" })["update"], "examples" | "steps" | "smoothness">;

function claimDefect({ examples, steps, smoothness }: Claims, { mostExamples }: UpdateLimits): Defect | null {
  if (!Number.isSafeInteger(examples) || examples < 1) {
    return { rule: "examples", detail: `the update claims ${examples} examples` };
  }
  if (examples > (mostExamples ?? Infinity)) {
    return {
      rule: "examples",
      detail: `the update claims more than the ${mostExamples} examples that a client may have`,
    };
  }
  if (!Number.isSafeInteger(steps) || steps < 1) return { rule: "steps", detail: `the update claims ${steps} steps` };
  if (smoothness !== undefined && !(smoothness > 0 && smoothness < Infinity)) {
    return { rule: "smoothness", detail: `the update claims a smoothness of ${smoothness}` };
  }
  return null;
}

/** Why a sound update is too long, or null. */
export function normDefect(
  parts: Pick<FederatedParts, "upload" | "feedback" | "limits">,
  arrived: Arrived,
  around: Decoding,
): Defect | null {
  const { mostNorm } = parts.limits;
  if (mostNorm === undefined || mostNorm === null) return null;
  const { squaredNorm } = around.kernels.inspect(deltaOf(parts, arrived, around));
  // Written so that what is no number is too long as well.
  if (squaredNorm <= mostNorm * mostNorm) return null;
  return { rule: "norm", detail: `the update is longer than the norm of ${mostNorm} that it may have` };
}
