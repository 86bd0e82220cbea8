/**
 * Drift: when clients' data changes, and whose. Shared by the partitioners whose rows change over virtual time.
 *
 * @module
 */
import { Fault, fold, type Key, type OptionSpecs, permutation, type Seconds, uniformStream } from "@potluck/core";

/** Options of partitioners whose rows change over virtual time. */
export interface DriftOptions {
  /** Instants at which data changes, seconds of virtual time > 0, in ascending order; at least one. */
  readonly at: readonly number[];
  /** Share of the clients, > 0 and ≤ 1, whose data changes; 1 by default. */
  readonly share?: number;
  /** Each client is later than `at` by a delay of its own, uniform in [0, spreadSeconds); 0 by default. */
  readonly spreadSeconds?: number;
}

/** The descriptions of {@link DriftOptions}. */
export const driftOptions: OptionSpecs<DriftOptions> = {
  at: { kind: "numbers", above: 0, unit: "seconds", about: "instants at which data changes, in ascending order" },
  share: { kind: "number", above: 0, maximum: 1, default: 1, about: "share of the clients whose data changes" },
  spreadSeconds: {
    kind: "number",
    minimum: 0,
    default: 0,
    unit: "seconds",
    about: "how much later than others a client's data changes at most",
  },
};

/** Throws Fault "option-invalid" unless there are instants, in ascending order. `where` names the partitioner. */
export function checkInstants(where: string, { at }: DriftOptions): void {
  if (at.length > 0 && at.every((instant, i) => i === 0 || instant > (at[i - 1] ?? 0))) return;
  const what = at.length === 0 ? "at least one" : `in ascending order, each once, got [${at.join(", ")}]`;
  throw new Fault("option-invalid", `partition "${where}": the instants of at must be ${what}`, "Change at.");
}

/** The instants at which each client's data changes: none for those whose data stays, at least one client's changes. */
export function instantsOf(
  clients: number,
  options: Required<DriftOptions>,
  key: Key,
): readonly (readonly Seconds[])[] {
  const { at, share, spreadSeconds } = options;
  const changing = Math.max(1, Math.round(share * clients));
  const chosen = new Set(permutation(fold(key, "clients"), clients).subarray(0, changing));
  const uniform = uniformStream(fold(key, "delays"));
  return Array.from({ length: clients }, (_, client) => {
    const delay = spreadSeconds * uniform();
    return chosen.has(client) ? at.map((instant) => instant + delay) : [];
  });
}
