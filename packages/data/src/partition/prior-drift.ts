/**
 * Prior drift: the class priors of clients change over virtual time. The examples are shared out by another
 * partitioner's rule among N · P hands, P − 1 the number of instants; client k holds hand k P from the start and
 * hand k P + j from its instant j on. So each instant brings a client fresh examples, and with a rule such as
 * "dirichlet" a mix of classes that has nothing to do with the one before.
 *
 *     p_k(y) = q_(k,j)(y) from instant j on,   p(x | y) the same for ever
 *
 * Clients whose data stays hold their first hand for ever; their other hands stay unused, so that all clients hold
 * as much at every instant.
 *
 * Moreno-Torres, Raeder, Alaiz-Rodríguez, Chawla, Herrera, "A unifying view on dataset shift in classification",
 * Pattern Recognition 45(1), 2012. https://doi.org/10.1016/j.patcog.2011.06.019
 *
 * @module
 */
import { type ClientRows, definePart, Fault, fold, type PartFactory, present, type Seconds } from "@potluck/core";
import { checkInstants, type DriftOptions, driftOptions, instantsOf } from "./drift.ts";
import type { Partitioner } from "./partition.ts";
import { holdOut } from "./rows.ts";
import { isByClass, type RuleOptions, ruleOf, ruleOptions } from "./rule.ts";

/** Options of {@link priorDrift}. */
export interface PriorDriftOptions extends RuleOptions, DriftOptions {}

/** The partitioner `prior-drift`. Throws Fault "option-invalid"; splitting throws "data-invalid". */
export const priorDrift: PartFactory<PriorDriftOptions, Partitioner> = definePart<PriorDriftOptions, Partitioner>({
  room: "partition",
  name: "prior-drift",
  about: "Clients get fresh examples at instants of virtual time, with another mix of classes.",
  fights: [],
  paper: {
    authors: "Moreno-Torres, Raeder, Alaiz-Rodríguez, Chawla, Herrera",
    title: "A unifying view on dataset shift in classification",
    venue: "Pattern Recognition 2012",
    link: "https://doi.org/10.1016/j.patcog.2011.06.019",
  },
  options: { ...ruleOptions, ...driftOptions },
  make: (options) => {
    const { clients, at, testShare } = options;
    checkInstants("prior-drift", options);
    checkRule(options);
    const rule = ruleOf("prior-drift", { ...options, clients: clients * (at.length + 1) });
    return {
      clients,
      byClass: isByClass(options),
      split: ({ examples, key }) => {
        checkRows(examples.count, options);
        const hands = holdOut(examples, rule(examples, key), testShare, fold(key, "test"));
        const instants = instantsOf(clients, options, fold(key, "drift"));
        return { examples, clients: instants.map((own, k) => changing(hands.slice(k * (at.length + 1)), own)) };
      },
    };
  },
});

/** The first of `hands` from the start, each next one from the next instant on. */
function changing(hands: readonly ClientRows[], instants: readonly Seconds[]): ClientRows {
  const first = present(hands[0], "a client's first hand");
  if (instants.length === 0) return first;
  return { ...first, later: instants.map((from, j) => ({ from, ...present(hands[j + 1], "a client's later hand") })) };
}

function checkRule({ rule }: Required<PriorDriftOptions>): void {
  if (rule !== "by-key") return;
  throw new Fault(
    "option-invalid",
    'partition "prior-drift": the rule "by-key" gives a client the examples of one key, and has no others for later',
    "Choose another rule, such as dirichlet.",
  );
}

/** Throws Fault "data-invalid" unless `rows` rows can feed every client at every instant. */
function checkRows(rows: number, { clients, at, minimumExamples }: Required<PriorDriftOptions>): void {
  const hands = at.length + 1;
  const needed = clients * hands * minimumExamples;
  if (needed <= rows) return;
  throw new Fault(
    "data-invalid",
    `${clients} clients with ${hands} times at least ${minimumExamples} rows each need ${needed} rows, there are ${rows}`,
    "Use fewer clients or instants, lower minimumExamples, or load more examples.",
  );
}
