/**
 * What is trained, as a coordinator describes it.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { namedObjective, type Objective } from "@potluck/engine";
import type { BlobName } from "@potluck/protocol";
import { fieldsOf, jsonIn } from "./fields-of.ts";

/** What is trained. */
export interface JobDescription {
  readonly name: string;
  /** The model as an ONNX file. */
  readonly model: BlobName;
  readonly objective: Objective;
}

/** The description in a JSON document. Throws Fault "connection-failed" where it is none. */
export function jobIn(text: string): JobDescription {
  const { name, model, objective } = fieldsOf(jsonIn(text));
  const { sha256, bytes } = fieldsOf(model);
  const { name: loss, options } = fieldsOf(objective);
  if (typeof name !== "string" || typeof sha256 !== "string" || typeof bytes !== "number") return refuse();
  if (typeof loss !== "string") return refuse();
  return { name, model: { sha256, bytes }, objective: namedObjective({ name: loss, options: optionsOf(options) }) };
}

/** Options of objectives are numbers, texts or nothing. */
function optionsOf(value: unknown): Objective["part"]["options"] {
  const options: Record<string, number | string | null> = {};
  for (const [name, own] of Object.entries(fieldsOf(value))) {
    if (typeof own !== "number" && typeof own !== "string" && own !== null) return refuse();
    options[name] = own;
  }
  return options;
}

function refuse(): never {
  throw new Fault(
    "connection-failed",
    "the coordinator says of what it trains nothing that is understood here",
    "Use the same version of Potluck on both sides.",
  );
}
