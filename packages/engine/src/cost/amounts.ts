/**
 * How much work of each kind there is in a graph.
 *
 * @module
 */
import type { NodeCost } from "./node-costs.ts";
import type { WorkKind } from "./work.ts";

/** What the time of a node depends on. */
export const quantities = ["nodes", "flops", "bytes", "runs"] as const;

/** One of the quantities. */
export type Quantity = (typeof quantities)[number];

/** How much there is of each quantity. */
export type Amounts = Readonly<Record<Quantity, number>>;

/** The sums over the nodes of each kind; kinds that do not occur are left out. Constants take no time. */
export function amountsOf(costs: readonly NodeCost[]): ReadonlyMap<WorkKind, Amounts> {
  const sums = new Map<WorkKind, Amounts>();
  for (const cost of costs) {
    if (cost.kind === "constant") continue;
    const sum = sums.get(cost.kind) ?? { nodes: 0, flops: 0, bytes: 0, runs: 0 };
    sums.set(cost.kind, {
      nodes: sum.nodes + 1,
      flops: sum.flops + cost.flops,
      bytes: sum.bytes + bytesOf(cost),
      runs: sum.runs + cost.runs,
    });
  }
  return sums;
}

/** A convolution's time goes by the windows that it copies: they are far more than its input. */
function bytesOf({ windowBytes, bytesRead, bytesWritten }: NodeCost): number {
  return windowBytes > 0 ? windowBytes : bytesRead + bytesWritten;
}
