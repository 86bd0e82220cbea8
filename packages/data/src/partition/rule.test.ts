import { rootKey } from "@potluck/core";
import { describe, expect, test } from "vitest";
import {
  byKey,
  dirichlet,
  dirichletQuantity,
  featureShift,
  iid,
  labelDrift,
  longTail,
  priorDrift,
  shards,
} from "./index.ts";
import { examplesOf, owned } from "./sample-examples.ts";

const examples = owned(examplesOf([60, 60, 60]), 6);
const request = { examples, key: rootKey(4) };

describe.each([
  ["iid", iid({ clients: 5, quantitySkew: 1 }), { clients: 5, quantitySkew: 1, rule: "iid" }],
  ["shards", shards({ clients: 5 }), { clients: 5, rule: "shards" }],
  ["shards", shards({ clients: 5, classesPerClient: 1 }), { clients: 5, rule: "shards", classesPerClient: 1 }],
  ["dirichlet", dirichlet({ clients: 5, alpha: 0.3 }), { clients: 5, rule: "dirichlet", alpha: 0.3 }],
  [
    "dirichlet-quantity",
    dirichletQuantity({ clients: 5, beta: 0.5 }),
    { clients: 5, rule: "dirichlet-quantity", beta: 0.5 },
  ],
  ["by-key", byKey({ clients: 5 }), { clients: 5, rule: "by-key" }],
])("the rule %s", (_, plain, options) => {
  const { examples: same, clients } = plain.split(request);

  test("gives the rows that its partitioner gives, where nothing is shifted", () => {
    expect(featureShift.parse({ ...options }).split(request).clients).toEqual(clients);
    expect(featureShift.parse({ ...options }).split(request).examples).toEqual(same);
  });

  test("gives them where the tail is as long as the head, and where labels have not yet drifted", () => {
    expect(longTail.parse({ ...options, imbalance: 1 }).split(request)).toEqual({ examples: same, clients });
    const drifted = labelDrift.parse({ ...options, at: [1] }).split(request).clients;
    expect(drifted.map(({ later: __, ...first }) => first)).toEqual(clients);
  });
});

test.each([
  [{ rule: "dirichlet" }, 'the rule "dirichlet" needs the option "alpha"'],
  [{ rule: "dirichlet-quantity" }, 'the rule "dirichlet-quantity" needs the option "beta"'],
  [{ alpha: 1 }, 'the rule "iid" has no option "alpha"'],
  [{ rule: "dirichlet", alpha: 1, beta: 1 }, 'the rule "dirichlet" has no option "beta"'],
  [{ classesPerClient: 2 }, 'the rule "iid" has no option "classesPerClient"'],
  [{ rule: "by-key", quantitySkew: 1 }, 'the rule "by-key" has no option "quantitySkew"'],
  [{ rule: "random" }, "rule must be one of"],
])("options of another rule are refused: %o", (options, message) => {
  const expected = expect.objectContaining({ code: "option-invalid", message: expect.stringContaining(message) });
  expect(() => featureShift.parse({ clients: 2, ...options })).toThrow(expected);
  expect(() => longTail.parse({ clients: 2, imbalance: 2, ...options })).toThrow(expected);
  expect(() => labelDrift.parse({ clients: 2, at: [1], ...options })).toThrow(expected);
  expect(() => priorDrift.parse({ clients: 2, at: [1], ...options })).toThrow(
    expect.objectContaining({ code: "option-invalid" }),
  );
});
