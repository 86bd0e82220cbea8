/**
 * The effective objective: which weighting of the clients a run really optimised, against the one that was asked for.
 *
 * Whatever a plan means to do, its models descend Σₖ p̃ₖ Lₖ, where Lₖ is the loss on the data of client k and
 *
 *     p̃ₖ = Σₙ ωₖ(n) τₖ(n) ÷ Σⱼ Σₙ ωⱼ(n) τⱼ(n)
 *
 * ωₖ(n) is the weight with which an update of client k went into version n, 0 where it had no part, and τₖ(n) the solver
 * steps behind it. Where all take as many steps this is the share of client k in all weights that were realised. A run
 * is unbiased where p̃ is the importance p that was asked for. Clients that answer seldom, late or never have less than
 * their share, unless the plan makes up for it, and clients that take more steps have more.
 *
 * It is exact to first order in the learning rate: a client that takes so many steps that it comes near to its own optimum
 * pulls less with its later ones.
 *
 * Weights: Fraboni, Vidal, Kameni, Lorenzi, "A general theory for federated optimization with asynchronous and heterogeneous
 * clients updates", JMLR 2023. https://arxiv.org/abs/2206.10189
 * Steps: Wang, Liu, Liang, Joshi, Poor, "Tackling the objective inconsistency problem in heterogeneous federated
 * optimization", NeurIPS 2020. https://arxiv.org/abs/2007.07481
 *
 * @module
 */
import { columnOf, type Ledger } from "./ledger.ts";
import { normalised, total, totalVariation } from "./statistics.ts";

/** One client's part in what was optimised. */
export interface ClientImportance {
  /** pₖ: the share of its loss in the objective that was asked for, in [0, 1]. */
  readonly asked: number;
  /** p̃ₖ: the share that it had in the run, in [0, 1]; 0 for all before the first version. */
  readonly realised: number;
  /** realised − asked: below 0 it was heard too little; null while nobody was heard. */
  readonly bias: number | null;
  /**
   * The standard error of `realised`: how far it may be from where it would come to rest if the run went on like this,
   * with the versions taken as independent. A bias of several of these is no matter of chance. Null before the second
   * version. Where updates last from one version to the next, versions are anything but independent. Then it is the larger of
   * pₖ and p̃ₖ over √uₖ, for a client that was heard uₖ times: as if how long each of its updates lasted were all chance, and
   * how late the first came; of one that was not heard, pₖ.
   */
  readonly standardError: number | null;
}

/** What a run optimised, and what it should have. */
export interface EffectiveObjective {
  /** In the order of their numbers. */
  readonly clients: readonly ClientImportance[];
  /** Half the sum over clients of |bias|, in [0, 1]: the share of all pull that went to the wrong clients; null while nobody was heard. */
  readonly bias: number | null;
  /** How many clients, all heard alike, would leave averages as unsteady as these: 1 ÷ Σ p̃ₖ²; null while nobody was heard. */
  readonly effectiveClients: number | null;
}

/** What the run of `ledger` optimised; `importance` says how much each client was to count, ≥ 0, in any unit. */
export function effectiveObjective(ledger: Ledger, importance: readonly number[]): EffectiveObjective {
  const { versions } = ledger;
  const pulls = columnOf(ledger, "pull");
  const squaredPulls = columnOf(ledger, "squaredPull");
  const asked = normalised(importance);
  const realised = normalised(pulls);
  const pullPerVersion = total(pulls) / versions;
  const squares = total(realised.map((share) => share * share));
  const isHeard = squares > 0;
  const uses = ledger.voices.lasting.rows > 0 ? columnOf(ledger, "timesUsed") : null;
  const errorOf = (id: number, share: number): number | null => {
    if (versions < 2) return null;
    if (uses !== null) return share / Math.sqrt(Math.max(1, uses[id] ?? 0));
    return standardErrorOf(pulls[id] ?? 0, squaredPulls[id] ?? 0, versions) / pullPerVersion;
  };
  // Of a million clients most may never be heard: those that are alike are one object.
  const unheard = new Map<number, ClientImportance>();
  return {
    clients: pulls.map((pull, id) => {
      const [wanted, had] = [asked[id] ?? 0, realised[id] ?? 0];
      const known = pull === 0 ? unheard.get(wanted) : undefined;
      if (known !== undefined) return known;
      const standardError = isHeard ? errorOf(id, Math.max(wanted, had)) : null;
      const client = { asked: wanted, realised: had, bias: isHeard ? had - wanted : null, standardError };
      if (pull === 0) unheard.set(wanted, client);
      return client;
    }),
    bias: isHeard ? totalVariation(realised, asked) : null,
    effectiveClients: isHeard ? 1 / squares : null,
  };
}

/** Of the mean of `versions` numbers, two or more, with this sum and this sum of squares. */
function standardErrorOf(sum: number, squares: number, versions: number): number {
  const mean = sum / versions;
  const variance = Math.max(0, squares / versions - mean * mean);
  return Math.sqrt(variance / (versions - 1));
}
