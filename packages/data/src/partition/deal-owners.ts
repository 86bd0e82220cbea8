/**
 * Dealing by owner: the rows of one owner go to one client. How clients are chosen is said in `by-key.ts`.
 *
 * @module
 */
import { type Examples, Fault, fold, type Key, permutation, present } from "@potluck/core";
import type { PartitionOptions } from "./partition.ts";

/** What is asked for. */
export type OwnerOptions = Pick<Required<PartitionOptions>, "clients" | "minimumExamples">;

/**
 * The rows of each client in the order of the examples; clients in the order of their owners. Throws Fault
 * "data-invalid" where the examples have no owners, or too few with enough rows.
 */
export function dealOwners(examples: Examples, options: OwnerOptions, key: Key): readonly Uint32Array[] {
  const byOwner = rowsByOwner(examples);
  const eligible = [...byOwner.keys()].filter((owner) => rowsOf(byOwner, owner).length >= options.minimumExamples);
  checkOwners(eligible.length, byOwner.length, options);
  const chosen = permutation(fold(key, "owners"), eligible.length).slice(0, options.clients).sort();
  return Array.from(chosen, (at) => Uint32Array.from(rowsOf(byOwner, eligible[at] ?? -1)));
}

function rowsOf(byOwner: readonly (readonly number[])[], owner: number): readonly number[] {
  return present(byOwner[owner], `owner ${owner}`);
}

/** The rows of each owner. Throws Fault "data-invalid" where the examples have none. */
function rowsByOwner({ owners }: Examples): readonly (readonly number[])[] {
  if (owners === undefined) {
    throw new Fault(
      "data-invalid",
      "the data does not say whose each example is, so clients cannot be made by key",
      "Use a source that says so (shakespeare, synthetic, synthetic-regression, quadratics, or csv with a column as key), or another partition.",
    );
  }
  const rows = owners.names.map((): number[] => []);
  owners.ofRow.forEach((owner, row) => present(rows[owner], `the owner of row ${row}`).push(row));
  return rows;
}

function checkOwners(eligible: number, owners: number, { clients, minimumExamples }: OwnerOptions): void {
  if (clients <= eligible) return;
  throw new Fault(
    "data-invalid",
    `${clients} clients with at least ${minimumExamples} rows each were asked for, and ${eligible} of the ${owners} ` +
      "keys of the data have as many",
    eligible === 0 ? "Lower minimumExamples." : `Use at most ${eligible} clients, or lower minimumExamples.`,
  );
}
