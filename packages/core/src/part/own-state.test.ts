import { expect, test } from "vitest";
import { ownState } from "./own-state.ts";

test("a part gets its own state back: the very object, so that changing it changes what is kept", () => {
  const kept: unknown = { count: 1 };
  const state = ownState<{ count: number }>(kept);
  state.count += 1;
  expect(state).toBe(kept);
  expect(kept).toEqual({ count: 2 });
});
