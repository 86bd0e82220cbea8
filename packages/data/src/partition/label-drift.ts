/**
 * Label drift: what examples are called changes over virtual time, while the examples stay. The examples are shared out
 * by another partitioner's rule; at each instant some pairs of classes swap their names for the clients whose data
 * changes:
 *
 *     y_j = π_j(y),   π_0 the identity,   π_j = s_j ∘ π_(j−1),   s_j swaps `pairs` random pairs of classes
 *
 * All these clients share the π_j; a client's own are in force from its own instants on. An example that is called
 * something else is a copy, appended to the examples; one that gets back a name it had is the same row as then. So
 * every row still belongs to one client, and is trained on or held out for ever.
 *
 * Jothimurugesan, Hsieh, Wang, Joshi, Gibbons, "Federated learning under distributed concept drift", AISTATS 2023
 * (concepts made by swapping labels, clients that meet them at different times). https://arxiv.org/abs/2206.00799
 *
 * @module
 */
import {
  type ClientRows,
  definePart,
  type Examples,
  Fault,
  fold,
  type HeldRows,
  type Key,
  type PartFactory,
  permutation,
  type Seconds,
} from "@potluck/core";
import { checkMadeBytes } from "../source/source.ts";
import { checkInstants, type DriftOptions, driftOptions, instantsOf } from "./drift.ts";
import type { Partitioner, Split } from "./partition.ts";
import { picked } from "./picked.ts";
import { holdOut, requireClasses } from "./rows.ts";
import { type RuleOptions, ruleOf, ruleOptions } from "./rule.ts";

/** Options of {@link labelDrift}. */
export interface LabelDriftOptions extends RuleOptions, DriftOptions {
  /** Pairs of classes that swap at each instant, 1 … 128; 1 by default. */
  readonly pairs?: number;
}

/** The partitioner `label-drift`. Throws Fault "option-invalid"; splitting throws "data-invalid". */
export const labelDrift: PartFactory<LabelDriftOptions, Partitioner> = definePart<LabelDriftOptions, Partitioner>({
  room: "partition",
  name: "label-drift",
  about: "Pairs of classes swap their labels at instants of virtual time, for some clients or all.",
  fights: [],
  paper: {
    authors: "Jothimurugesan, Hsieh, Wang, Joshi, Gibbons",
    title: "Federated learning under distributed concept drift",
    venue: "AISTATS 2023",
    link: "https://arxiv.org/abs/2206.00799",
  },
  options: {
    ...ruleOptions,
    ...driftOptions,
    pairs: {
      kind: "number",
      integer: true,
      minimum: 1,
      maximum: 128,
      default: 1,
      about: "pairs of classes that swap at each instant",
    },
  },
  make: (options) => {
    const rule = ruleOf("label-drift", options);
    checkInstants("label-drift", options);
    return {
      clients: options.clients,
      byClass: true,
      split: ({ examples, key }) => {
        requireClasses(examples);
        const drift = fold(key, "drift");
        const concepts = conceptsOf(examples.classes, options, fold(drift, "concepts"));
        const first = holdOut(examples, rule(examples, key), options.testShare, fold(key, "test"));
        return renamed(examples, first, { concepts, instants: instantsOf(options.clients, options, drift) });
      },
    };
  },
});

/** π_1, π_2, …: what each class is called from each instant on. Throws Fault "data-invalid" for too few classes. */
function conceptsOf(classes: number, options: Required<LabelDriftOptions>, key: Key): readonly Uint8Array[] {
  const { pairs, at } = options;
  if (2 * pairs > classes) {
    const message = `${pairs} pairs of classes cannot swap: the data has ${classes} classes`;
    throw new Fault("data-invalid", message, `Use at most ${Math.floor(classes / 2)} pairs.`);
  }
  let names = Uint8Array.from({ length: classes }, (_, label) => label);
  return at.map((_, j) => {
    const order = permutation(fold(key, j), classes);
    const swap = Uint8Array.from({ length: classes }, (__, label) => label);
    for (let pair = 0; pair < pairs; pair++) {
      const [one = 0, other = 0] = order.subarray(2 * pair, 2 * pair + 2);
      [swap[one], swap[other]] = [other, one];
    }
    names = names.map((name) => swap[name] ?? name);
    return names;
  });
}

interface Drift {
  readonly concepts: readonly Uint8Array[];
  readonly instants: readonly (readonly Seconds[])[];
}

/** The examples with their renamed copies, and the rows that each client holds over time. */
function renamed(examples: Examples, first: readonly ClientRows[], { concepts, instants }: Drift): Split {
  const copies = copiesOf(examples);
  const clients = first.map((rows, client): ClientRows => {
    const own = instants[client] ?? [];
    if (own.length === 0) return rows;
    return {
      ...rows,
      later: own.map((from, j) => ({ from, ...copies.called(rows, concepts[j] ?? new Uint8Array(0)) })),
    };
  });
  return { examples: copies.appended(), clients };
}

interface Copies {
  /** The same rows under the names of a concept. */
  readonly called: (rows: HeldRows, names: Uint8Array) => HeldRows;
  /** The examples, and after them the copies that were needed. */
  readonly appended: () => Examples;
}

function copiesOf(examples: Examples): Copies {
  const { count, labels, classes, features } = examples;
  const originals: number[] = [];
  const names: number[] = [];
  const known = new Map<number, number>();
  const named = (row: number, name: number): number => {
    if (name === labels[row]) return row;
    const copy = known.get(row * classes + name) ?? count + originals.length;
    if (copy === count + originals.length) {
      known.set(row * classes + name, copy);
      originals.push(row);
      names.push(name);
    }
    return copy;
  };
  const all = (rows: Uint32Array, concept: Uint8Array): Uint32Array =>
    rows.map((row) => named(row, concept[labels[row] ?? 0] ?? 0));
  return {
    called: ({ train, test }, concept) => ({ train: all(train, concept), test: all(test, concept) }),
    appended: () => {
      const rows = count + originals.length;
      const bytes = (features.byteLength / Math.max(1, count)) * rows;
      checkMadeBytes(
        'partition "label-drift"',
        bytes,
        "Use fewer instants or pairs, a smaller share, or fewer examples.",
      );
      const whole = picked(
        examples,
        Uint32Array.from({ length: rows }, (_, at) => originals[at - count] ?? at),
      );
      whole.labels.set(names, count);
      return whole;
    },
  };
}
