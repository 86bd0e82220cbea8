/**
 * Who has failed which answers, and who is asked for them next. Plain data.
 *
 * An answer is asked of those who have failed it least often, and of these of those who have failed least of what is open. One that
 * has failed too often is given up where everybody who is there has failed it, or nobody has answered anything of its job, so that a model
 * that has diverged, or a task that nobody can do, ends the run.
 *
 * @module
 */
import type { ClientId } from "../plan/identity.ts";
import type { Item } from "./scheme.ts";

/** Who has failed an answer, by its name, once for each time. */
export type FailureBook = Map<string, readonly ClientId[]>;

/**
 * After so many failures an answer is given up. Where every second task fails by chance, one answer in a million comes to it; a worker
 * that leaves has not failed.
 */
export const MAX_FAILURES_PER_ANSWER = 20;

/** What an answer is called. */
export function nameOf({ job, group, place }: Item): string {
  return `${job}/${group}/${place}`;
}

/** Who has failed what, and who could be asked for it. */
export interface FailedTask {
  readonly client: ClientId;
  readonly items: readonly Item[];
  readonly there: readonly ClientId[];
  /** Whether anybody has answered anything of a job. */
  readonly isAnswered: (job: number) => boolean;
}

/** Notes that a client has failed some answers; the first of them that is given up. */
export function noteFailures(book: FailureBook, { client, items, there, isAnswered }: FailedTask): Item | undefined {
  for (const item of items) book.set(nameOf(item), [...failuresOf(book, item), client]);
  return items.find((item) => {
    const failures = failuresOf(book, item);
    if (failures.length < MAX_FAILURES_PER_ANSWER) return false;
    return !isAnswered(item.job) || there.every((one) => failures.includes(one));
  });
}

/** How often an answer has failed. */
export function timesFailed(book: FailureBook, item: Item): number {
  return failuresOf(book, item).length;
}

/** Forgets the failures of a job that is done. */
export function forgetFailures(book: FailureBook, job: number): void {
  for (const name of book.keys()) if (name.startsWith(`${job}/`)) book.delete(name);
}

/** Those who are there. */
export interface Crew {
  readonly free: readonly ClientId[];
  readonly busy: Iterable<ClientId>;
}

/** An answer, and who is to compute it. */
export interface Deal {
  readonly client: ClientId;
  readonly item: Item;
}

/**
 * Deals out answers to those who are free, one to each: of those who have failed it least often to who has failed least of all that is
 * open, lowest numbers first. An answer waits where all who have failed it least often are busy.
 */
export function dealOut(wanted: readonly Item[], { free, busy }: Crew, book: FailureBook): readonly Deal[] {
  const all = countsIn(book);
  const left = all.size === 0 ? [...free] : free.toSorted((a, b) => (all.get(a) ?? 0) - (all.get(b) ?? 0) || a - b);
  const everybody = [...free, ...busy];
  const deals: Deal[] = [];
  for (const item of wanted) {
    if (left.length === 0) break;
    const failures = failuresOf(book, item);
    const timesOf = (client: ClientId): number => timesIn(failures, client);
    const least = failures.length === 0 ? 0 : Math.min(...everybody.map(timesOf));
    const at = left.findIndex((client) => timesOf(client) === least);
    for (const client of at < 0 ? [] : left.splice(at, 1)) deals.push({ client, item });
  }
  return deals;
}

/** How often each has failed anything that is open. */
function countsIn(book: FailureBook): ReadonlyMap<ClientId, number> {
  const counts = new Map<ClientId, number>();
  for (const failures of book.values()) for (const one of failures) counts.set(one, (counts.get(one) ?? 0) + 1);
  return counts;
}

function timesIn(failures: readonly ClientId[], client: ClientId): number {
  return failures.filter((other) => other === client).length;
}

function failuresOf(book: FailureBook, item: Item): readonly ClientId[] {
  return book.get(nameOf(item)) ?? [];
}
