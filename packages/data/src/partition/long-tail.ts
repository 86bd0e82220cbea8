/**
 * Long tail: a few classes are frequent and many are rare. Class c of C keeps
 *
 *     n_c = ⌊n_0 · ρ^(−c / (C − 1))⌋ rows, at least 1,     c = 0 … C − 1
 *
 * chosen at random, and what is kept is shared out by another partitioner's rule; the rest stays unused. ρ imbalance,
 * the ratio of the most to the least frequent class; n_0 the largest number for which every class has its rows.
 *
 * Cui, Jia, Lin, Song, Belongie, "Class-balanced loss based on effective number of samples", CVPR 2019, section 5.1.
 * https://arxiv.org/abs/1901.05555. For federated learning: Shang, Lu, Huang, Wang, "Federated learning on
 * heterogeneous and long-tailed data via classifier re-training with federated features", IJCAI 2022.
 * https://arxiv.org/abs/2204.13399
 *
 * @module
 */
import { definePart, type Examples, exp, Fault, fold, type Key, log, type PartFactory } from "@potluck/core";
import type { Partitioner } from "./partition.ts";
import { picked } from "./picked.ts";
import { holdOut, joined, rowsByClass } from "./rows.ts";
import { type RuleOptions, ruleOf, ruleOptions } from "./rule.ts";

/** Options of {@link longTail}. */
export interface LongTailOptions extends RuleOptions {
  /** How many times as frequent the first class is as the last, 1 … 10,000. */
  readonly imbalance: number;
}

/** The partitioner `long-tail`. Throws Fault "option-invalid"; splitting throws "data-invalid". */
export const longTail: PartFactory<LongTailOptions, Partitioner> = definePart<LongTailOptions, Partitioner>({
  room: "partition",
  name: "long-tail",
  about: "A few classes are frequent and many are rare; what is kept of them is shared out by another rule.",
  fights: [],
  paper: {
    authors: "Cui, Jia, Lin, Song, Belongie",
    title: "Class-balanced loss based on effective number of samples",
    venue: "CVPR 2019",
    link: "https://arxiv.org/abs/1901.05555",
  },
  options: {
    ...ruleOptions,
    imbalance: {
      kind: "number",
      minimum: 1,
      maximum: 10_000,
      about: "how many times as frequent the first class is as the last",
    },
  },
  make: (options) => {
    const rule = ruleOf("long-tail", options);
    return {
      clients: options.clients,
      byClass: true,
      split: ({ examples, key }) => {
        const tailed = picked(examples, keptRows(examples, options.imbalance, fold(key, "tail")));
        return { examples: tailed, clients: holdOut(tailed, rule(tailed, key), options.testShare, fold(key, "test")) };
      },
    };
  },
});

/** The rows that are kept, in the order of the data. Throws Fault "data-invalid" where a class has none to keep. */
function keptRows(examples: Examples, imbalance: number, key: Key): Uint32Array {
  const byClass = rowsByClass(examples, key);
  const empty = byClass.findIndex(({ length }) => length === 0);
  if (empty >= 0) {
    const remedy = "Load more examples, or use another partition.";
    throw new Fault("data-invalid", `class ${empty} has no rows, so classes cannot have a long tail`, remedy);
  }
  const last = Math.max(1, byClass.length - 1);
  const shares = byClass.map((_, label) => exp((-log(imbalance) * label) / last));
  const most = Math.min(...byClass.map(({ length }, label) => length / (shares[label] ?? 1)));
  return joined(byClass.map((rows, label) => rows.slice(0, keptCount(most * (shares[label] ?? 1))))).sort();
}

/** The whole rows of so many, at least one. The thousandth of a row outweighs the error of the powers. */
function keptCount(ideal: number): number {
  return Math.max(1, Math.floor(ideal + 1e-3));
}
