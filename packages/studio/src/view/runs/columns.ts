/**
 * What the list of runs shows of each, and what it is sorted and filtered by.
 *
 * @module
 */
import type { Run } from "../../api/answers.ts";
import { bytes, count, duration, percent } from "../../words/format.ts";

/** A column of numbers. */
export interface Column {
  readonly name: string;
  /** The field of the interface that it shows. */
  readonly field: string;
  /** What is sorted by. */
  readonly of: (run: Run) => number | string;
  readonly text: (run: Run) => string;
}

export const columns: readonly Column[] = [
  {
    name: "accuracy",
    field: "accuracy",
    of: ({ accuracy }) => accuracy ?? -1,
    text: ({ accuracy }) => percent(accuracy),
  },
  { name: "versions", field: "version", of: ({ version }) => version, text: ({ version }) => count(version) },
  {
    name: "clients",
    field: "clients",
    of: ({ clients }) => clients.known,
    text: ({ clients, state }) =>
      state === "ended" || clients.available === null
        ? count(clients.known)
        : `${count(clients.available)} of ${count(clients.known)}`,
  },
  {
    name: "time",
    field: "seconds",
    of: ({ seconds }) => seconds,
    text: ({ seconds, clock }) => `${duration(seconds)}${clock === "virtual" ? " virtual" : ""}`,
  },
  {
    name: "bytes",
    field: "bytes",
    of: (run) => run.bytesUp + run.bytesDown,
    text: (run) => bytes(run.bytesUp + run.bytesDown),
  },
];

/** What runs can be sorted by. */
export const orders: Readonly<Record<string, (run: Run) => number | string>> = {
  newest: ({ created }) => created,
  ...Object.fromEntries(columns.map(({ name, of }) => [name, of])),
  name: ({ name }) => name,
  plan: ({ plan }) => plan,
  fleet: ({ fleet }) => fleet,
};

/** The runs of which what is shown in words holds what is wanted. */
export function matching(runs: readonly Run[], wanted: string): readonly Run[] {
  const text = wanted.trim().toLowerCase();
  return runs.filter((run) => textOf(run).toLowerCase().includes(text));
}

function textOf({ id, name, seed, state, ended, plan, fleet, clock, experiments }: Run): string {
  const within = experiments.flatMap(({ experiment, arm }) => [experiment, arm]);
  return [id, name, `seed ${seed}`, state, ended ?? "", plan, fleet, clock, ...within].join(" ");
}

/** By words from a to z, by numbers the largest first. */
export function sorted(runs: readonly Run[], order: string): readonly Run[] {
  const of = orders[order] ?? (({ created }: Run): number => created);
  return runs.toSorted((one, other) => compare(of(one), of(other)));
}

function compare(one: number | string, other: number | string): number {
  return typeof one === "string" ? one.localeCompare(String(other)) : Number(other) - one;
}
