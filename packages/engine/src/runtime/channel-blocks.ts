/**
 * How many channels the kernels of this processor take at once: ONNX Runtime does not say, so it is asked to bring an
 * image into blocks, and what comes out is looked at.
 *
 * @module
 */
import { mayHaveBlocks } from "#onnxruntime";
import { Fault } from "@potluck/core";
import { graphBuilder } from "../graph/graph-building.ts";
import { toBlocks } from "../graph/operators/blocked-channels.ts";
import { standardModel } from "../graph/standard-model.ts";
import { writeModel } from "../onnx/write.ts";
import { allowingBlocks } from "../training/blocks/blocked-convolutions.ts";
import type { Blocks } from "../training/blocks/plan.ts";
import { openSession } from "./session.ts";
import { float32 } from "./tensor.ts";

/** More channels than any processor has in a block, and a multiple of all that are known (4, 8, 16). */
const CHANNELS = 64;

/** How ONNX Runtime says that it has no kernel for a node. */
const NO_KERNEL = /could not find an implementation|no op registered|not_implemented/iu;

/** What the processor was found to have; null: no blocks, "unknown": asking failed. */
export type Answer = Blocks | null | "unknown";

/** The blocks of this processor, for batches of any size; null where it has no kernels for blocks. */
export const channelBlocks: () => Promise<Blocks | null> = remembering(
  mayHaveBlocks ? measured : () => Promise.resolve(null),
);

/**
 * Asks once and remembers the answer, unless that is "unknown", as when memory ran out: then there are no blocks this
 * time, and the next call asks again.
 */
export function remembering(ask: () => Promise<Answer>): () => Promise<Blocks | null> {
  let known: Promise<Answer> | null = null;
  return async () => {
    const asked = (known ??= ask());
    const answer = await asked;
    if (answer !== "unknown") return answer;
    if (known === asked) known = null;
    return null;
  };
}

/** In blocks of B channels, the second cell of the first channel comes after B first cells. */
async function measured(): Promise<Answer> {
  const shape = [1, CHANNELS, 1, 2];
  const image = Float32Array.from({ length: 2 * CHANNELS }, (_, at) => at);
  const blocked = new Float32Array(image.length);
  try {
    const session = await openSession(probe(shape));
    await session.run({ image: float32(image, shape) }, { blocked: float32(blocked, shape) });
    await session.close();
  } catch (error) {
    if (error instanceof Fault) return NO_KERNEL.test(error.message) ? null : "unknown";
    throw error;
  }
  const size = blocked.indexOf(1);
  return size > 1 && size < CHANNELS ? { size, batch: null } : null;
}

function probe(shape: readonly number[]): Uint8Array {
  const graph = graphBuilder();
  graph.input({ name: "image", dataType: "float32", shape });
  graph.append(toBlocks("image", "blocked"));
  return writeModel(allowingBlocks(standardModel(graph.build("probe", ["blocked"]))));
}
