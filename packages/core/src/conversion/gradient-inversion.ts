/**
 * Unlimited staleness: the server turns an old update into a fresh one.
 *
 * Client i was given w^(t−τ), τ versions ago, and answers with v. The server looks for examples D, features and soft
 * labels, on which its own training does the same, and trains on them from the latest version:
 *
 *     D ← argmin Σ_{j ∈ J} |LocalUpdate(w^(t−τ); D)_j − v_j|        J: the share of coordinates that v changed most
 *     ŵ ← LocalUpdate(w^t; D)
 *     Δ = γ (ŵ − w^t) + (1 − γ) (v − w^(t−τ))
 *
 * Δ counts as an update that started from version t, and a discount s of its age is blended as Δ is: γ s(0) + (1 − γ) s(τ). Each estimate is held against what its client says next: with Δ' that
 * true update, from version t or a later one, and now the version at which it arrives,
 *
 *     E1 = ‖(ŵ − w^t) − Δ'‖     E2 = ‖(v − w^(t−τ)) − Δ'‖
 *     γ ← min(1, γ + (now − t) / B) where E1 ≤ E2,     max(0, γ − (now − t) / B) else
 *
 * so that a client whose old updates say more than the estimates is heard as it is, and is converted again when that
 * turns. γ = 1 at first; it is every client's own; B is `blendVersions`. At γ = 0 the update counts as the old one that it
 * is.
 *
 * Wang, Gao, "Tackling intertwined data and device heterogeneities in federated learning with unlimited staleness",
 * AAAI 2025. https://arxiv.org/abs/2309.13536
 *
 * What differs: the paper compares models whose base is the very same version, for all clients at once, and gives
 * conversion up for good.
 *
 * Memory: 8 bytes · parameters for each client with an estimate that was not judged yet. Cost: `iterations` passes through
 * all steps of a client and back, twice differentiated, for each conversion, also at γ = 0, because the comparison needs the
 * estimate.
 *
 * Trust: the server makes up examples that explain what a client sent. That is an attack on privacy, carried out by the
 * book; see "What inversion reveals" in the documentation. Plans that conceal single updates from the server refuse it.
 *
 * Pitfalls: D explains one update and is no data set. Clients with many batches in a task, or many more examples than D
 * has, are explained badly; γ is what notices.
 *
 * @module
 */
import { unlimitedStalenessPaper } from "../part/papers.ts";
import type { PartFactory } from "../part/part.ts";
import type { ClientId } from "../plan/identity.ts";
import { type Conversion, defineConversion, type Estimated, type Heard } from "./conversion.ts";

/** Options of {@link gradientInversion}. */
export interface GradientInversionOptions {
  /** Versions, a whole number ≥ 1, from which on an update is converted; 5 by default. */
  readonly fromStaleness?: number;
  /** |D|, a whole number in [1, 4096]; 16 by default. */
  readonly examples?: number;
  /** A whole number in [1, 100000]; 200 by default. */
  readonly iterations?: number;
  /** The rate of Adam in the search > 0; 0.1 by default. It falls to 0 in a straight line. */
  readonly learningRate?: number;
  /** |J| as a share of the parameters, in (0, 1]; 1 by default. */
  readonly topShare?: number;
  /** A whole number in [1, 32]; 10 by default. */
  readonly maximumSteps?: number;
  /** B: versions ≥ 0; 20 by default. 0 switches at once. */
  readonly blendVersions?: number;
}

/** What is remembered of a client. */
interface Record {
  /** γ */
  trust: number;
  /** The estimate that is still to be judged. */
  pending: Omit<Estimated, "client"> | null;
}

/** By client. */
type Records = Map<ClientId, Record>;

/** The conversion `gradient-inversion`. Throws Fault "option-invalid". */
export const gradientInversion: PartFactory<GradientInversionOptions, Conversion<unknown>> = defineConversion<
  GradientInversionOptions,
  Records
>({
  room: "conversion",
  name: "gradient-inversion",
  about: "The server turns an old update into the one that its client would make now.",
  fights: ["delay", "starvation"],
  paper: unlimitedStalenessPaper,
  options: {
    fromStaleness: {
      kind: "number",
      integer: true,
      minimum: 1,
      default: 5,
      unit: "versions",
      about: "from this age on an update is converted",
    },
    examples: { kind: "number", integer: true, minimum: 1, maximum: 4096, default: 16, about: "examples made up" },
    iterations: {
      kind: "number",
      integer: true,
      minimum: 1,
      maximum: 100_000,
      default: 200,
      about: "steps of the search for them",
    },
    learningRate: { kind: "number", above: 0, default: 0.1, about: "rate of Adam in the search" },
    topShare: {
      kind: "number",
      above: 0,
      maximum: 1,
      default: 1,
      about: "share of the parameters that are matched, those changed most",
    },
    maximumSteps: {
      kind: "number",
      integer: true,
      minimum: 1,
      maximum: 32,
      default: 10,
      about: "steps of a client that are followed; more are stood for by larger ones",
    },
    blendVersions: {
      kind: "number",
      minimum: 0,
      default: 20,
      unit: "versions",
      about: "B: in how many versions trust in the estimates is lost or won",
    },
  },
  make: ({ fromStaleness, blendVersions, ...inversion }) => ({
    init: () => new Map(),
    inversion: (staleness) => (staleness >= fromStaleness ? inversion : null),
    hear: (records, heard) => {
      judge(records, heard, blendVersions);
    },
    trust: (records, { client, ...pending }) => {
      const trust = records.get(client)?.trust ?? 1;
      records.set(client, { trust, pending });
      return trust;
    },
  }),
});

/** Holds the last estimate of a client against what it says now, unless it had begun before the estimate was made. */
function judge(records: Records, { client, from, version, delta }: Heard, blendVersions: number): void {
  const record = records.get(client);
  if (record?.pending === undefined || record.pending === null || from < record.pending.version) return;
  const { estimate, stale, version: since } = record.pending;
  const said = delta();
  const step = blendVersions === 0 ? 1 : (version - since) / blendVersions;
  const isBetter = squaredDistance(estimate, said) <= squaredDistance(stale, said);
  record.trust = isBetter ? Math.min(1, record.trust + step) : Math.max(0, record.trust - step);
  record.pending = null;
}

function squaredDistance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    sum += difference * difference;
  }
  return sum;
}
