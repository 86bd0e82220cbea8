/**
 * Anarchic averaging across silos: the latest update of every client counts in every version, its next one takes its
 * place.
 *
 *     Δ̄ = Σ_k w_k G_k / Σ_k w_k over all clients that were heard,     G_k = Δ_k / τ_k of the latest update of client k
 *
 * τ_k are its local steps. So clients count alike however often they arrive, and the bias of `afa-cd` is gone as long as
 * everyone arrives now and then. With `perStep` "off" G_k = Δ_k: the memory of MIFA.
 *
 * What differs: the paper divides by all N clients, with G_k = 0 for those that were never heard. Here they are not in the
 * mean, so that until all were heard the step goes the same way and is N / heard times as long.
 *
 * The latest is that of the latest task: an update that comes late, after a newer one of its client, counts nothing.
 *
 * What arrives takes its place when its version is published, not before: of a window that is thrown away nothing stays.
 *
 * Memory: 8 bytes for every parameter of every client that was heard, kept for the whole run, and of every client in the
 * window.
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
import type { ClientId, TaskId } from "../plan/identity.ts";
import { type Aggregation, defineAggregation } from "./aggregation.ts";
import { quotient } from "./running-sum.ts";

/** Options of {@link afaCs}. */
export interface AfaCsOptions {
  /** Whether an update is divided by its local steps; "on" by default. */
  readonly perStep?: "on" | "off";
}

/** A client's latest update, weighted, and its weight. */
interface Latest {
  readonly task: TaskId;
  readonly update: Float64Array;
  readonly weight: number;
}

interface AfaCsState {
  /** What was published. Those that arrived last come last. */
  readonly latest: Map<ClientId, Latest>;
  /** What is new in this window, and takes its place there once it is published. */
  readonly fresh: Map<ClientId, Latest>;
  /** The sum of all that would count if the window were published, but for the rounding errors of `replaced` replacements. */
  readonly sum: Float64Array;
  replaced: number;
}

/** The aggregation `afa-cs`. Throws Fault "option-invalid". */
export const afaCs: PartFactory<AfaCsOptions, Aggregation<unknown>> = defineAggregation<AfaCsOptions, AfaCsState>({
  room: "aggregation",
  name: "afa-cs",
  about: "The mean of every client's latest update, also of earlier versions: the absent are remembered.",
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
      fresh: new Map(),
      sum: kernels.zeros(length),
      replaced: 0,
    }),
    add: (state, { decoded, weight, steps, client, task }) => {
      if ((latestOf(state, client)?.task ?? -1) > task) return 0;
      const factor = perStep === "on" ? weight / steps : weight;
      const update = new Float64Array(state.sum.length);
      decoded(update, factor);
      replace(state, client, { task, update, weight });
      return factor;
    },
    result: ({ latest, fresh, sum }) => {
      const kept = [...latest].filter(([client]) => !fresh.has(client)).map(([, one]) => one);
      const weight = [...kept, ...fresh.values()].reduce((total, one) => total + one.weight, 0);
      // Where everything is new there is no reason to keep the rounding errors of what came before.
      const exact = kept.length === 0 ? sumOf(fresh, new Float64Array(sum.length)) : sum;
      return quotient(exact, weight);
    },
    clear: (state) => {
      const { latest, fresh } = state;
      for (const [client, update] of fresh) putLast(latest, client, update);
      fresh.clear();
      // So that one huge update, once replaced, leaves no rounding errors behind for the rest of the run.
      if (state.replaced >= latest.size) sumUp(state);
    },
    discard: (state) => {
      state.fresh.clear();
      sumUp(state);
    },
    lasting: true,
  }),
});

function latestOf({ fresh, latest }: AfaCsState, client: ClientId): Latest | undefined {
  return fresh.get(client) ?? latest.get(client);
}

function replace(state: AfaCsState, client: ClientId, latest: Latest): void {
  const before = latestOf(state, client);
  if (before !== undefined) {
    addTo(state.sum, before.update, -1);
    state.replaced += 1;
  }
  addTo(state.sum, latest.update, 1);
  putLast(state.fresh, client, latest);
}

function putLast(all: Map<ClientId, Latest>, client: ClientId, latest: Latest): void {
  all.delete(client);
  all.set(client, latest);
}

/** Sums up anew what was published, where nothing is in the window. */
function sumUp(state: AfaCsState): void {
  sumOf(state.latest, state.sum);
  state.replaced = 0;
}

function addTo(sum: Float64Array, update: Float64Array, sign: 1 | -1): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + sign * (update[i] as number);
}

/** Writes the sum of all updates into `sum`; that. */
function sumOf(latest: ReadonlyMap<ClientId, Latest>, sum: Float64Array): Float64Array {
  sum.fill(0);
  for (const { update } of latest.values()) addTo(sum, update, 1);
  return sum;
}
