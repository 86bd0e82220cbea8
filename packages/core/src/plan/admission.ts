/**
 * What is asked of an update before anything is made of it.
 *
 * @module
 */
import { codecFor } from "../codec/codec.ts";
import type { FleetEvent } from "./events.ts";
import type { FederatedParts } from "./federated-parts.ts";
import { memoryDefect, type Memories } from "./memories.ts";
import type { Context } from "./strategy.ts";

/** What an update is held against. */
interface Asked {
  readonly upload: FederatedParts["upload"];
  /** The version that its task started from. */
  readonly version: number;
  /** How many parameters the model has. */
  readonly length: number;
  readonly memories: Memories | null;
}

/** Why an update that arrives cannot be used, in words, or null. */
export function defectOf(
  { client, update }: FleetEvent & { readonly kind: "update" },
  { upload, version, length, memories }: Asked,
  { layout, kernels }: Pick<Context, "layout" | "kernels">,
): string | null {
  const { payload, examples, steps, remembered = 0, smoothness } = update;
  if (!Number.isSafeInteger(examples) || examples < 1) return `the update claims ${examples} examples`;
  if (!Number.isSafeInteger(steps) || steps < 1) return `the update claims ${steps} steps`;
  if (smoothness !== undefined && !(smoothness > 0 && smoothness < Infinity)) {
    return `the update claims a smoothness of ${smoothness}`;
  }
  const unknown = memories === null ? null : memoryDefect(memories, client, remembered);
  return unknown ?? codecFor(upload, { version, layout }).defect(payload, length, kernels);
}
