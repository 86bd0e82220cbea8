import { expect, test } from "vitest";
import { whole } from "./whole.ts";

test("sends no changes", () => {
  expect(whole().changes).toBeNull();
});
