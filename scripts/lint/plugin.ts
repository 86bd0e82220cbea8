/**
 * Lint rules of this house that no linter ships: what may be asserted about types, and which arithmetic replays.
 * `.oxlintrc.json` says where they apply.
 *
 * @module
 */
import type { RuleTester } from "oxlint/plugins-dev";

/** A lint rule as the linter takes it. */
export type Rule = Parameters<RuleTester["run"]>[1];

/**
 * Type assertions: `as const`, and `x[i] as number` for an element that a loop keeps within bounds. Anything else
 * needs a narrowing, a parser, or a disabling comment that gives the reason.
 */
export const noTypeAssertion: Rule = {
  create: (context) => ({
    TSAsExpression: (node) => {
      const { expression, typeAnnotation: type } = node;
      const isConst =
        type.type === "TSTypeReference" && type.typeName.type === "Identifier" && type.typeName.name === "const";
      const isElement =
        type.type === "TSNumberKeyword" && expression.type === "MemberExpression" && expression.computed;
      if (!isConst && !isElement) context.report({ node, message: ASSERTION });
    },
  }),
};

const ASSERTION =
  "Only `as const` and `x[i] as number` may be asserted. Narrow the value or check it with a type guard; where the " +
  "compiler cannot know, write `// oxlint-disable-next-line potluck/no-type-assertion -- why` above.";

/**
 * Powers: engines may round `a ** b` differently, so only powers of written numbers, such as `2 ** 32`, are allowed
 * where results must replay elsewhere.
 */
export const portablePower: Rule = {
  create: (context) => ({
    BinaryExpression: (node) => {
      if (node.operator !== "**" || (isWritten(node.left) && isWritten(node.right))) return;
      context.report({ node, message: POWER });
    },
    AssignmentExpression: (node) => {
      if (node.operator === "**=") context.report({ node, message: POWER });
    },
  }),
};

const POWER =
  "`**` may be rounded differently in another engine. Multiply, or use exp and log of base/elementary.ts; only powers " +
  "of written numbers, such as 2 ** 32, are the same everywhere.";

interface Operand {
  readonly type: string;
  readonly argument?: unknown;
}

/** Whether an operand is a number written out, possibly with a sign. */
function isWritten(operand: Operand): boolean {
  if (operand.type === "Literal") return true;
  const { argument } = operand;
  if (operand.type !== "UnaryExpression" || typeof argument !== "object" || argument === null) return false;
  return "type" in argument && argument.type === "Literal";
}

const plugin: { readonly meta: { readonly name: string }; readonly rules: Readonly<Record<string, Rule>> } = {
  meta: { name: "potluck" },
  rules: { "no-type-assertion": noTypeAssertion, "portable-power": portablePower },
};

export default plugin;
