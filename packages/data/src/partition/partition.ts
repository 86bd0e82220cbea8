/**
 * The contract of partitioners: which client holds which training examples.
 *
 * A partitioner MUST give each row to at most one client, unless it says that all hold the same, keep a client's train and test rows apart, give every client
 * at least `minimumExamples` rows at every instant, those counted that are in neither part because they overlap with both, and
 * depend on nothing but the examples, its options and the key. It may change examples, leave some out or add some, in memory of its own that threads can share; those that it was
 * given stay as they are. Examples come with classes or with numbers to predict; a partitioner that deals by classes MUST
 * refuse the others, and all MUST keep targets with their rows.
 *
 * @module
 */
import type { ClientRows, Examples, Key, OptionSpecs } from "@potluck/core";

/** What is to be shared out, and the key of every random choice in doing so. */
export interface PartitionRequest {
  readonly examples: Examples;
  readonly key: Key;
}

/** What came of it. */
export interface Split {
  /** What the rows are rows of: the examples that were given, unless the partitioner made others of them. */
  readonly examples: Examples;
  /** The rows of each client, as many entries as clients. */
  readonly clients: readonly ClientRows[];
}

/** A way of sharing examples out among clients. */
export interface Partitioner {
  /** How many clients there will be. */
  readonly clients: number;
  /** Whether rows are dealt by their classes, so that data without classes is refused; false unless given. */
  readonly byClass?: boolean;
  /** Whether all clients hold the same examples in the same order, as plans need it in which they compute parts of one gradient. */
  readonly isShared?: boolean;
  /** Shares the examples out. Throws Fault "data-invalid" for impossible requests. */
  readonly split: (request: PartitionRequest) => Split;
}

/** Options that all partitioners have. */
export interface PartitionOptions {
  /** Number of clients, 1 … 2^32: the most that can be drawn from. */
  readonly clients: number;
  /** How unequal the sizes are: standard deviation σ, 0 … 5, of the logarithm of a client's size; 0, the default, is equal. */
  readonly quantitySkew?: number;
  /** Share of a client's rows, 0 … 0.9, that is held out as its own test part; 0.15 by default, 0 holds nothing out. */
  readonly testShare?: number;
  /** Rows that every client has at least, train and test together, ≥ 1; 2 by default. */
  readonly minimumExamples?: number;
}

/** The descriptions of {@link PartitionOptions}. */
export const commonOptions: OptionSpecs<PartitionOptions> = {
  clients: { kind: "number", integer: true, minimum: 1, maximum: 2 ** 32, about: "number of clients" },
  quantitySkew: {
    kind: "number",
    minimum: 0,
    maximum: 5,
    default: 0,
    about: "how unequal the sizes are: standard deviation of the logarithm of a client's size; 0 is equal",
  },
  testShare: {
    kind: "number",
    minimum: 0,
    maximum: 0.9,
    default: 0.15,
    about: "share of a client's rows that is held out as its own test part",
  },
  minimumExamples: {
    kind: "number",
    integer: true,
    minimum: 1,
    default: 2,
    about: "rows that every client has at least",
  },
};

/** The descriptions of {@link PartitionOptions} for partitioners that have sizes of their own. */
export const optionsWithoutSkew: OptionSpecs<Omit<PartitionOptions, "quantitySkew">> = {
  clients: commonOptions.clients,
  testShare: commonOptions.testShare,
  minimumExamples: commonOptions.minimumExamples,
};
