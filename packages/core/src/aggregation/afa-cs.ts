/**
 * Anarchic averaging across silos: the latest update of every client counts in every version, its next one takes its
 * place.
 *
 *     Δ̄ = Σ_k w_k G_k / Σ_k w_k over all clients that were heard,     G_k = Δ_k / τ_k of the latest update of client k
 *
 * τ_k are its local steps. So clients count alike however often they arrive, and the bias of `afa-cd` is gone as long as
 * everyone arrives now and then. With `perStep` "off" G_k = Δ_k: the memory of MIFA. Clients that were never heard are
 * not in the mean.
 *
 * Memory: 8 bytes for every parameter of every client that was heard. It is kept for the whole run.
 *
 * Yang, Zhang, Khanduri, Liu, "Anarchic federated learning", ICML 2022, https://arxiv.org/abs/2108.09875;
 * Gu, Huang, Zhang, Huang, "Fast federated learning in the presence of arbitrary device unavailability", NeurIPS 2021,
 * https://arxiv.org/abs/2106.04159.
 *
 * Pitfall: what a client said long ago is as loud as what was said just now; with a large learning rate that is unstable.
 *
 * Trust: as for `afa-cd`, and one bad update counts until the client's next.
 *
 * @module
 */
import type { VectorKernels } from "../params/vector-kernels.ts";
import { anarchicPaper } from "../part/papers.ts";
import type { PartFactory } from "../part/part.ts";
import type { ClientId } from "../plan/identity.ts";
import { type Aggregation, defineAggregation } from "./aggregation.ts";
import { divided } from "./running-sum.ts";

/** Options of {@link afaCs}. */
export interface AfaCsOptions {
  /** Whether an update is divided by its local steps; "on" by default. */
  readonly perStep?: "on" | "off";
}

/** A client's latest update, weighted, and its weight. */
interface Latest {
  readonly update: Float64Array;
  readonly weight: number;
}

interface AfaCsState {
  /** Those that arrived last come last. */
  readonly latest: Map<ClientId, Latest>;
  /** Their sum. */
  readonly sum: Float64Array;
  weight: number;
  /** Which of them are new in this window. */
  readonly fresh: Map<ClientId, true>;
}

/** The aggregation `afa-cs`. Throws Fault "option-invalid". */
export const afaCs: PartFactory<AfaCsOptions, Aggregation<unknown>> = defineAggregation<AfaCsOptions, AfaCsState>({
  room: "aggregation",
  name: "afa-cs",
  about: "The mean of every client's latest update: who is absent is remembered.",
  fights: ["starvation", "unfair share"],
  paper: anarchicPaper,
  options: {
    perStep: {
      kind: "choice",
      of: ["on", "off"],
      default: "on",
      about: "whether an update is divided by its local steps",
    },
  },
  make: ({ perStep }) => ({
    init: (length: number, kernels: VectorKernels) => ({
      latest: new Map(),
      sum: kernels.zeros(length),
      weight: 0,
      fresh: new Map(),
    }),
    add: (state, { decoded, weight, steps, client }) => {
      const factor = perStep === "on" ? weight / steps : weight;
      const update = new Float64Array(state.sum.length);
      decoded(update, factor);
      replace(state, client, { update, weight });
      return factor;
    },
    result: (state) => {
      if (state.fresh.size === state.latest.size) sumAnew(state);
      return { delta: divided(state.sum, state.weight), scale: state.weight === 0 ? 0 : 1 / state.weight };
    },
    clear: (state) => {
      state.fresh.clear();
    },
    lasting: true,
  }),
});

function replace(state: AfaCsState, client: ClientId, latest: Latest): void {
  const before = state.latest.get(client);
  if (before !== undefined) addTo(state, before, -1);
  addTo(state, latest, 1);
  state.latest.delete(client);
  state.latest.set(client, latest);
  state.fresh.set(client, true);
}

function addTo(state: AfaCsState, { update, weight }: Latest, sign: 1 | -1): void {
  const { sum } = state;
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + sign * (update[i] as number);
  state.weight += sign * weight;
}

/** Where everything is new there is no reason to keep the rounding errors of what came before. */
function sumAnew(state: AfaCsState): void {
  state.sum.fill(0);
  state.weight = 0;
  for (const latest of state.latest.values()) addTo(state, latest, 1);
}
