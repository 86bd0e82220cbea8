/**
 * Rows: what all partitioners do with them: sort them by class, hold some of a client's own out.
 *
 * @module
 */
import {
  type ClientRows,
  type Examples,
  Fault,
  fold,
  type HeldRows,
  type Key,
  permutation,
  present,
  targetKindOf,
} from "@potluck/core";

/** `rows` in random order. */
function shuffled(rows: Uint32Array, key: Key): Uint32Array {
  return permutation(key, rows.length).map((at) => present(rows[at], "a shuffled row"));
}

/** Throws Fault "data-invalid" where examples have no classes, but numbers to predict. */
export function requireClasses(examples: Examples): void {
  if (targetKindOf(examples) === "classes") return;
  throw new Fault(
    "data-invalid",
    "the partition deals rows by their classes, and the data comes with numbers to predict",
    "Use the partition iid, dirichlet-quantity or by-key, or data with classes.",
  );
}

/**
 * The rows of each class, in random order; one entry for each class, empty where the data has none. Throws Fault
 * "data-invalid" where it has no classes.
 */
export function rowsByClass(examples: Examples, key: Key): readonly Uint32Array[] {
  requireClasses(examples);
  const { labels, count, classes } = examples;
  const rows = Array.from({ length: classes }, (): number[] => []);
  for (let row = 0; row < count; row++) present(rows[labels[row] ?? -1], `the class of row ${row}`).push(row);
  return rows.map((ofClass, label) => shuffled(Uint32Array.from(ofClass), fold(key, label)));
}

/** `rows` cut into consecutive pieces of the given sizes: views of the same memory, for there may be a million. */
export function cut(rows: Uint32Array, sizes: Uint32Array): readonly Uint32Array[] {
  let start = 0;
  return Array.from(sizes, (size) => {
    start += size;
    return rows.subarray(start - size, start);
  });
}

/** Pieces put one after another. */
export function joined(pieces: readonly Uint32Array[]): Uint32Array {
  const rows = new Uint32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let start = 0;
  for (const piece of pieces) {
    rows.set(piece, start);
    start += piece.length;
  }
  return rows;
}

/**
 * A `testShare` of each client's rows held out, at least one row if the share is above 0 and the client has two or more; at
 * least one row always stays to train on. Rows are held out at random, but the last ones of each owner where examples are
 * stretches of a text, without those that overlap with rows to train on: then fewer are held out, or none.
 */
export function holdOut(
  examples: Pick<Examples, "owners" | "spans">,
  clients: readonly Uint32Array[],
  testShare: number,
  key: Key,
): readonly ClientRows[] {
  return clients.map((rows, client) => {
    const held = testRows(rows.length, testShare);
    const { train, test } = lastHeldOut(examples, rows, held) ?? { train: rows, test: NO_ROWS };
    const order = shuffled(train, fold(key, client));
    if (examples.spans !== undefined || held === 0) return { train: order, test };
    return { train: order.slice(held), test: order.slice(0, held) };
  });
}

/** Of each owner as many of the last rows held out as its part of the `held` ones; null where examples do not overlap. */
function lastHeldOut(
  { owners, spans }: Pick<Examples, "owners" | "spans">,
  rows: Uint32Array,
  held: number,
): HeldRows | null {
  if (owners === undefined || spans === undefined || held === 0) return null;
  const startOf = (row: number): number => present(spans.starts[row], "where row begins", row);
  const byOwner = Map.groupBy(rows.toSorted(), (row) => present(owners.ofRow[row], "the owner of row", row));
  const [train, test]: [number[], number[]] = [[], []];
  let seen = 0;
  for (const own of byOwner.values()) {
    const [before, after] = [seen, seen + own.length].map((count) => Math.floor((count * held) / rows.length));
    const kept = own.slice(0, own.length - ((after ?? 0) - (before ?? 0)));
    const end = kept.length === 0 ? 0 : startOf(kept.at(-1) ?? 0) + spans.length;
    train.push(...kept);
    test.push(...own.slice(kept.length).filter((row) => startOf(row) >= end));
    seen += own.length;
  }
  return { train: Uint32Array.from(train), test: Uint32Array.from(test) };
}

const NO_ROWS = new Uint32Array(0);

function testRows(rows: number, testShare: number): number {
  if (testShare === 0 || rows < 2) return 0;
  return Math.min(rows - 1, Math.max(1, Math.round(rows * testShare)));
}
