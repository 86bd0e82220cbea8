/**
 * The plain server step: x ← x + η Δ̄. With η = 1 the new model is the mean of the clients' models: federated
 * averaging.
 *
 * McMahan, Moore, Ramage, Hampson, Agüera y Arcas, "Communication-efficient learning of deep networks from
 * decentralized data", AISTATS 2017. https://arxiv.org/abs/1602.05629
 *
 * @module
 */
import { fedAvgPaper } from "../part/papers.ts";
import { definePart, type PartFactory } from "../part/part.ts";
import type { ServerOptimizer } from "./server-optimizer.ts";

/** Options of {@link sgd}. */
export interface ServerSgdOptions {
  /** η > 0; 1 by default. */
  readonly learningRate?: number;
}

/** The server optimizer `sgd`. Throws Fault "option-invalid". */
export const sgd: PartFactory<ServerSgdOptions, ServerOptimizer> = definePart<ServerSgdOptions, ServerOptimizer>({
  room: "server-optimizer",
  name: "sgd",
  about: "Moves the model by η times the aggregated delta; η = 1 is federated averaging (FedAvg).",
  fights: [],
  paper: fedAvgPaper,
  options: { learningRate: { kind: "number", above: 0, default: 1, about: "server step size η" } },
  make: ({ learningRate }) => ({
    slots: {},
    step: ({ params, delta }) => {
      const updated = new Float32Array(params.length);
      // Not `elementwise`: it may put every number into an object of its own for the call.
      for (let i = 0; i < updated.length; i++) updated[i] = (params[i] as number) + learningRate * (delta[i] as number);
      return updated;
    },
  }),
});
