import { expect, test } from "vitest";
import { clientId } from "../plan/identity.ts";
import { none } from "./none.ts";

test("nothing is converted, and no estimate would be trusted", () => {
  const conversion = none();
  const state = conversion.init();
  expect([0, 1, 1000].map((staleness) => conversion.inversion(staleness))).toEqual([null, null, null]);
  const delta = (): Float32Array => {
    throw new Error("nobody asks what was said");
  };
  conversion.hear(state, { client: clientId(0), from: 0, version: 5, delta });
  const [stale, estimate] = [Float32Array.of(1), Float32Array.of(2)];
  expect(conversion.trust(state, { client: clientId(0), version: 5, stale, estimate })).toBe(0);
});
