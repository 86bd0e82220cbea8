/**
 * Updates that are being converted: what is asked of the server about an old update, and what is made of the answer.
 *
 * @module
 */
import { invariant, present } from "../base/invariant.ts";
import { fold } from "../base/key.ts";
import { identity } from "../codec/index.ts";
import type { Inversion } from "../conversion/conversion.ts";
import type { ConvertCommand } from "./events.ts";
import type { FederatedParts } from "./federated-parts.ts";
import { type Arrived, decode, type Decoding, type Surroundings } from "./window.ts";

/** Updates that wait for the server at most: what arrives while so many do is used as it is. */
export const MAX_CONVERTING = 1000;

/** An update that is being converted: plain data. */
export interface Converting {
  readonly arrived: Arrived;
  /** The version that it is converted to, and its parameters. */
  readonly version: number;
  readonly params: Float32Array;
}

/** What an update says: trained less started from, a new vector. */
export function deltaOf(
  parts: Pick<FederatedParts, "upload" | "feedback">,
  arrived: Arrived,
  around: Decoding,
): Float32Array {
  const sum = around.kernels.zeros(arrived.anchor.length);
  decode(parts, arrived, { sum, weight: 1 }, around);
  return Float32Array.from(sum);
}

/** Asks the server to convert an update to the latest version. */
export function conversionOf(
  parts: FederatedParts,
  arrived: Arrived,
  inversion: Inversion,
  { params, ...around }: Decoding & Pick<Surroundings, "params">,
): ConvertCommand {
  const { client, task, anchor, update } = arrived;
  const delta = deltaOf(parts, arrived, around);
  const steps = Math.min(update.steps, inversion.maximumSteps);
  return {
    kind: "convert",
    client,
    task,
    start: anchor,
    trained: anchor.map((x, i) => x + (delta[i] ?? 0)),
    current: params,
    steps,
    stepSize: (learningRateOf(parts) * update.steps) / steps,
    inversion,
    key: fold(fold(around.key, "conversion"), task),
  };
}

function learningRateOf({ solver }: FederatedParts): number {
  const { learningRate } = solver.part.options;
  invariant(typeof learningRate === "number", "a solver with a learning rate, which contradictions see to");
  return learningRate;
}

/** The parts that say what is made of an estimate. */
type Judging = Pick<FederatedParts, "upload" | "feedback" | "conversion" | "aggregation">;

/** What counts for an update, by the `state` of the conversion: the estimate, the update as it arrived where there is none, or something between. */
export function convertedTo(
  estimated: Float32Array | null,
  { arrived, version, params }: Converting,
  { parts, state, ...around }: { readonly parts: Judging; readonly state: unknown } & Decoding,
): Arrived {
  const { kernels, key } = around;
  const isSound = estimated?.length === params.length && kernels.inspect(estimated).finite;
  if (!isSound) return arrived;
  const end = present(estimated, "an estimate");
  const estimate = end.map((x, i) => x - (params[i] ?? 0));
  const stale = deltaOf(parts, arrived, around);
  const trust = parts.conversion.trust(state, { client: arrived.client, version, stale, estimate });
  invariant(trust >= 0 && trust <= 1, `a trust in [0, 1] from ${parts.conversion.part.name}`);
  if (trust === 0) return arrived;
  // What the client said, as a difference to the current model: what it added to its own, or, where models count, its model.
  const said =
    parts.aggregation.deltaFrom === "current"
      ? Float64Array.from(stale, (x, i) => (arrived.anchor[i] ?? 0) + x - (params[i] ?? 0))
      : stale;
  const blended =
    trust === 1 ? end : params.map((x, i) => x + trust * (estimate[i] ?? 0) + (1 - trust) * (said[i] ?? 0));
  if (!kernels.inspect(blended).finite) return arrived;
  const payload = identity().encode(blended, params, key);
  const remainder = trust === 1 ? null : { share: 1 - trust, version: arrived.version };
  return { ...arrived, version, anchor: params, update: { ...arrived.update, payload }, isConverted: true, remainder };
}
