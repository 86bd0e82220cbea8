/**
 * Who has failed which answers, and who is asked for them next. Plain data.
 *
 * An answer is asked of those who have failed it least often: of one who has failed it once more than others only when all others
 * have too. One that has failed too often is given up, so that a model that has diverged, or a task that nobody can do, ends the run.
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

/** Notes that a client has failed some answers; the first of them that is given up. */
export function noteFailures(book: FailureBook, client: ClientId, items: readonly Item[]): Item | undefined {
  for (const item of items) book.set(nameOf(item), [...failuresOf(book, item), client]);
  return items.find((item) => failuresOf(book, item).length >= MAX_FAILURES_PER_ANSWER);
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
 * Deals out answers to those who are free, one to each, lowest numbers first. An answer waits where all who have failed it least often
 * are busy.
 */
export function dealOut(wanted: readonly Item[], { free, busy }: Crew, book: FailureBook): readonly Deal[] {
  const left = [...free];
  const everybody = [...free, ...busy];
  const deals: Deal[] = [];
  for (const item of wanted) {
    if (left.length === 0) break;
    const failures = failuresOf(book, item);
    const timesOf = (client: ClientId): number => failures.filter((other) => other === client).length;
    const least = failures.length === 0 ? 0 : Math.min(...everybody.map(timesOf));
    const at = left.findIndex((client) => timesOf(client) === least);
    for (const client of at < 0 ? [] : left.splice(at, 1)) deals.push({ client, item });
  }
  return deals;
}

function failuresOf(book: FailureBook, item: Item): readonly ClientId[] {
  return book.get(nameOf(item)) ?? [];
}
