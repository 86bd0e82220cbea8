/**
 * Why a model cannot be trained: all operators at once that nobody knows, or else the first thing that does not fit.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import type { GraphNode, Model } from "../graph/graph.ts";
import { operators } from "../graph/operators/registry.ts";
import { compositeOf } from "../import/composite/registry.ts";
import { unknownOperator } from "../import/unknown-operator.ts";

/** One reason, and where it applies. */
export interface Obstacle {
  /** The operator that is not supported; null where the reason is another. */
  readonly operator: string | null;
  /** The nodes of that operator; none where the reason is not an operator. */
  readonly nodes: readonly string[];
  /** What is wrong, in a sentence. */
  readonly message: string;
  /** What can be done about it. */
  readonly remedy: string;
}

/** One obstacle for each operator of `model` that is not supported, in the order in which they first occur. */
export function unknownOperators({ graph, opsets }: Model): readonly Obstacle[] {
  const byOperator = Map.groupBy(graph.nodes.filter(isUnknown), ({ domain, operator }) =>
    domain === "" ? operator : `${domain}.${operator}`,
  );
  return [...byOperator].flatMap(([operator, nodes]) => {
    const [first] = nodes;
    if (first === undefined) return [];
    const { message, remedy } = unknownOperator(first, opsets.get("") ?? 0);
    return [{ operator, nodes: nodes.map(nameOf), message, remedy }];
  });
}

const known: ReadonlySet<string> = new Set([...operators.map(({ name }) => name), "If"]);

function isUnknown({ domain, operator }: GraphNode): boolean {
  return domain !== "" || (!known.has(operator) && compositeOf(operator) === null);
}

/** What a node is called: by its name or, where it has none, by what it makes. */
export function nameOf({ name, outputs }: GraphNode): string {
  return name === "" ? (outputs.find((output) => output !== "") ?? "") : name;
}

/** What `attempt` gives, or the obstacle that it meets. Other errors than "model-unsupported" are passed on. */
export function attempted<Result>(
  attempt: () => Result,
): { readonly result: Result } | { readonly obstacle: Obstacle } {
  try {
    return { result: attempt() };
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "model-unsupported") throw error;
    return { obstacle: { operator: null, nodes: [], message: error.message, remedy: error.remedy } };
  }
}
