/**
 * What pictures of a run are made of that its clients and measurements do not say: small, plain data.
 *
 * @module
 */
import type { RunResult } from "../result/result.ts";

/** A group of clients: what they were to count for in the objective, and what they did count for. */
export interface GroupImportance {
  /** The client, their tier, or how much data they have. */
  readonly group: string;
  readonly clients: number;
  /** Shares of the objective that was asked for and of the one that was realised, each in [0, 1] and 1 over all groups. */
  readonly asked: number;
  readonly realised: number;
}

/** A task of a coded run, as far as it is drawn. */
export interface DrawnTask {
  readonly round: number;
  readonly worker: number;
  readonly fate: string;
  readonly repeats: boolean;
  readonly standsIn: boolean;
}

/** What pictures are made of. */
export interface RunFigures {
  /** How many updates were used that were so many versions old, the freshest first. */
  readonly staleness: readonly (readonly [versions: number, updates: number])[];
  readonly objective: {
    /** What was to count alike. */
    readonly asked: "per-example" | "per-client";
    /** The share of all pull that went to the wrong clients, in [0, 1]; null while nobody was heard. */
    readonly bias: number | null;
    readonly groups: readonly GroupImportance[];
  };
  /** Of coded runs, the tasks of the first rounds and workers; none of all others. */
  readonly tasks: readonly DrawnTask[];
}

/** So many rounds and workers of coded runs are drawn: the first. */
export const DRAWN_ROUNDS_LIMIT = 60;
export const DRAWN_WORKERS_LIMIT = 64;

/** What figures are read off. */
export type Figured = Pick<RunResult, "effectiveObjective" | "tasks" | "staleness"> & {
  readonly clients: readonly Pick<RunResult["clients"][number], "tier" | "examples">[];
  readonly conditions: Pick<RunResult["conditions"], "objective">;
};

/** The figures of a run so far. */
export function figuresOf({
  effectiveObjective,
  clients,
  conditions,
  tasks = [],
  staleness = [],
}: Figured): RunFigures {
  return {
    staleness,
    objective: {
      asked: conditions.objective,
      bias: effectiveObjective.bias,
      groups: groupsOf(clients, effectiveObjective.clients),
    },
    tasks: tasks
      .filter(({ round, client }) => round <= DRAWN_ROUNDS_LIMIT && client < DRAWN_WORKERS_LIMIT)
      .map(({ round, client: worker, fate, repeats, standsIn }) => ({ round, worker, fate, repeats, standsIn })),
  };
}

type Clients = Figured["clients"];
type Importances = Figured["effectiveObjective"]["clients"];

/** So few clients are told apart one by one. */
const FEW_CLIENTS = 16;

/** Clients one by one, where they are few, or by tier; where all are of one, by how much data they have. */
function groupsOf(clients: Clients, importances: Importances): readonly GroupImportance[] {
  if (clients.length <= FEW_CLIENTS) {
    return importances.map(({ asked, realised }, at) => ({ group: `client ${at}`, clients: 1, asked, realised }));
  }
  const tiers = new Set(clients.map(({ tier }) => tier));
  const groupOf = tiers.size > 1 ? clients.map(({ tier }) => tier) : quartersOf(clients);
  const groups = new Map<string, GroupImportance>();
  for (const [at, { asked, realised }] of importances.entries()) {
    const group = groupOf[at] ?? "";
    const so = groups.get(group) ?? { group, clients: 0, asked: 0, realised: 0 };
    groups.set(group, { group, clients: so.clients + 1, asked: so.asked + asked, realised: so.realised + realised });
  }
  return Array.from(groups.values()).toSorted((one, other) => orderOf(one.group, other.group));
}

const QUARTERS = ["least data", "less data", "more data", "most data"] as const;

/** The quarter of the clients by their examples in which each is; those who have as many are in the same. */
function quartersOf(clients: Clients): readonly string[] {
  const sorted = clients.map(({ examples }) => examples).toSorted((one, other) => one - other);
  const [least, most] = [sorted[0] ?? 0, sorted.at(-1) ?? 0];
  if (least === most) return clients.map(() => "all clients");
  const places = new Map(sorted.toReversed().map((examples, at) => [examples, sorted.length - 1 - at]));
  return clients.map(({ examples }) => {
    const quarter = Math.floor((QUARTERS.length * (places.get(examples) ?? 0)) / sorted.length);
    return QUARTERS[quarter] ?? QUARTERS[3];
  });
}

function orderOf(one: string, other: string): number {
  return placeOf(one) - placeOf(other) || (one < other ? -1 : 1);
}

function placeOf(group: string): number {
  return QUARTERS.findIndex((quarter) => quarter === group);
}
