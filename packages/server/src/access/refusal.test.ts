import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { refusalCodes } from "./refusal.ts";

test("docs/reference/protocol.md has every code with which a device is refused, and what it stands for", () => {
  const page = readFileSync(new URL("../../../../docs/reference/protocol.md", import.meta.url), "utf8");
  const rows = new Map(
    Array.from(page.matchAll(/^\| `([\w-]+)` +\|[^|]*\| (.*?) +\|$/gm), ([, code, about]) => [code, about]),
  );
  for (const [code, about] of Object.entries(refusalCodes)) expect(rows.get(code)).toBe(about);
});
