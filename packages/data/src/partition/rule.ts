/**
 * The rule by which a partitioner that changes the data shares it out: one of the plain partitioners, by name and with
 * its options. Under the same key it gives the same rows as that partitioner.
 *
 * @module
 */
import { type Examples, Fault, type Key, type OptionSpecs } from "@potluck/core";
import { dealDirichletSizes, dealEvenly } from "./deal-evenly.ts";
import { dealMixes } from "./deal-mixes.ts";
import { dealOwners } from "./deal-owners.ts";
import { dealShards } from "./deal-shards.ts";
import { commonOptions, type PartitionOptions } from "./partition.ts";

/** Options of partitioners that share out by another one's rule. */
export interface RuleOptions extends PartitionOptions {
  /** The partitioner whose rule is followed. */
  readonly rule?: "iid" | "shards" | "dirichlet" | "dirichlet-quantity" | "by-key";
  /** Of the rule "dirichlet", which needs it: concentration α > 0. */
  readonly alpha?: number | null;
  /** Of the rule "dirichlet-quantity", which needs it: concentration β > 0 of the sizes. */
  readonly beta?: number | null;
  /** Of the rule "shards": shards of each client, 1 … 256; null, the default, stands for 2. */
  readonly classesPerClient?: number | null;
}

/** The descriptions of {@link RuleOptions}; the rule is "iid" by default. */
export const ruleOptions: OptionSpecs<RuleOptions> = {
  ...commonOptions,
  rule: {
    kind: "choice",
    of: ["iid", "shards", "dirichlet", "dirichlet-quantity", "by-key"],
    default: "iid",
    about: "the partitioner whose rule shares the examples out",
  },
  alpha: { kind: "number", above: 0, maximum: 1e6, default: null, about: 'concentration α of the rule "dirichlet"' },
  beta: {
    kind: "number",
    above: 0,
    maximum: 1e6,
    default: null,
    about: 'concentration β of the sizes, of the rule "dirichlet-quantity"',
  },
  classesPerClient: {
    kind: "number",
    integer: true,
    minimum: 1,
    maximum: 256,
    default: null,
    about: 'shards of each client, of the rule "shards"; null stands for 2',
  },
};

/** Whether a rule deals rows by their classes. */
export function isByClass({ rule }: Pick<RuleOptions, "rule">): boolean {
  return rule === "shards" || rule === "dirichlet";
}

/** Shares examples out among clients. Throws Fault "data-invalid" for impossible requests. */
export type Rule = (examples: Examples, key: Key) => readonly Uint32Array[];

/** Options that not all rules have, each with the rules that do. */
const OWN_OPTIONS: readonly (readonly ["alpha" | "beta" | "classesPerClient" | "quantitySkew", readonly string[]])[] = [
  ["alpha", ["dirichlet"]],
  ["beta", ["dirichlet-quantity"]],
  ["classesPerClient", ["shards"]],
  ["quantitySkew", ["iid", "shards", "dirichlet"]],
];

/** The rule that `options` of the partitioner `where` describe. Throws Fault "option-invalid" where they do not fit. */
export function ruleOf(where: string, options: Required<RuleOptions>): Rule {
  checkOwnOptions(where, options);
  const { rule, alpha, beta, classesPerClient } = options;
  switch (rule) {
    case "iid":
      return (examples, key) => dealEvenly(examples, options, key);
    case "shards":
      return (examples, key) => dealShards(examples, { ...options, classesPerClient: classesPerClient ?? 2 }, key);
    case "dirichlet": {
      const concentration = needed(where, options, "alpha", alpha);
      return (examples, key) => dealMixes(examples, { ...options, alpha: concentration }, key);
    }
    case "dirichlet-quantity": {
      const concentration = needed(where, options, "beta", beta);
      return (examples, key) => dealDirichletSizes(examples, { ...options, beta: concentration }, key);
    }
    case "by-key":
      return (examples, key) => dealOwners(examples, options, key);
  }
}

/** Throws Fault "option-invalid" where an option is given that another rule has. */
function checkOwnOptions(where: string, options: Required<RuleOptions>): void {
  for (const [name, rules] of OWN_OPTIONS) {
    const value = options[name];
    if (value === null || value === 0 || rules.includes(options.rule)) continue;
    const message = `partition "${where}": the rule "${options.rule}" has no option "${name}"`;
    throw new Fault("option-invalid", message, `Leave ${name} out, or choose the rule ${rules.join(", ")}.`);
  }
}

function needed(where: string, { rule }: Required<RuleOptions>, name: string, value: number | null): number {
  if (value !== null) return value;
  const message = `partition "${where}": the rule "${rule}" needs the option "${name}"`;
  throw new Fault("option-invalid", message, `Give ${name}, as the partitioner ${rule} takes it.`);
}
