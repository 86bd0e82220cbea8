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

/** `rows` cut into consecutive pieces of the given sizes. */
export function cut(rows: Uint32Array, sizes: Uint32Array): readonly Uint32Array[] {
  let start = 0;
  return Array.from(sizes, (size) => {
    start += size;
    return rows.slice(start - size, start);
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
 * A random `testShare` of each client's rows held out, at least one row if the share is above 0 and the client has
 * two or more; at least one row always stays to train on.
 */
export function holdOut(clients: readonly Uint32Array[], testShare: number, key: Key): readonly ClientRows[] {
  return clients.map((rows, client) => {
    const order = shuffled(rows, fold(key, client));
    const held = testRows(rows.length, testShare);
    return held === 0 ? { train: order, test: NO_ROWS } : { train: order.slice(held), test: order.slice(0, held) };
  });
}

const NO_ROWS = new Uint32Array(0);

function testRows(rows: number, testShare: number): number {
  if (testShare === 0 || rows < 2) return 0;
  return Math.min(rows - 1, Math.max(1, Math.round(rows * testShare)));
}
