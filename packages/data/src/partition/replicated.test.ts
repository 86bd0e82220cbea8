import { rootKey } from "@potluck/core";
import { expect, test } from "vitest";
import { replicated } from "./index.ts";
import { examplesOf } from "./sample-examples.ts";

test("all clients hold all examples in one order, which the key decides", () => {
  const examples = examplesOf([10, 20]);
  const partition = replicated({ clients: 4 });
  expect(partition.isShared).toBe(true);
  const { clients } = partition.split({ examples, key: rootKey(1) });
  expect(clients).toHaveLength(4);
  expect(new Set(clients.map(({ train }) => train)).size).toBe(1);
  expect([...(clients[0]?.train ?? [])].sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, row) => row));
  expect(clients[0]?.test).toHaveLength(0);
  const [other] = partition.split({ examples, key: rootKey(2) }).clients;
  expect([...(other?.train ?? [])]).not.toEqual([...(clients[0]?.train ?? [])]);
});
