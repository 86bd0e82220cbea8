import { afterEach, expect, test, vi } from "vitest";
import { sessionAt } from "./session.ts";

const ITEM = "potluck-key";

/** A storage of a tab. */
function storage(key?: string): Pick<Storage, "getItem" | "setItem" | "removeItem"> & { readonly kept: () => unknown } {
  const items = new Map<string, string>(key === undefined ? [] : [[ITEM, key]]);
  return {
    getItem: (name) => items.get(name) ?? null,
    setItem: (name, value) => void items.set(name, value),
    removeItem: (name) => void items.delete(name),
    kept: () => items.get(ITEM),
  };
}

const root = new URL("http://coordinator.example/");
const problem = (status: number, headers: Record<string, string> = {}): Response =>
  Response.json({ code: "x", detail: "the key is none" }, { status, headers });

afterEach(() => vi.unstubAllGlobals());

test.each(["ключ", "plk_1 2", "plk_“quoted”"])("a key that cannot be sent is refused in words: %s", async (key) => {
  const fetched = vi.fn(async () => problem(401));
  vi.stubGlobal("fetch", fetched);
  for (const [kept, enter] of [
    [storage(), true],
    [storage(key), false],
  ] as const) {
    const { who, enter: show } = sessionAt(root, kept);
    if (enter) show(key);
    await expect.poll(() => who.value).toMatchObject({ kind: "stranger" });
    expect(who.value).toMatchObject({ problem: expect.stringMatching(/^This key opens nothing: .*letters, digits/) });
    expect(kept.kept()).toBeUndefined();
  }
});

test("a key is kept once it has opened something, and not before", async () => {
  let answer = problem(401);
  vi.stubGlobal("fetch", async () => answer.clone());
  const kept = storage();
  const { who, enter } = sessionAt(root, kept);
  await expect.poll(() => who.value).toEqual({ kind: "stranger", problem: null });
  enter("plk_wrong");
  await expect.poll(() => who.value).toEqual({ kind: "stranger", problem: "This key opens nothing: the key is none." });
  answer = problem(429, { "retry-after": "8" });
  enter("plk_wrong");
  await expect.poll(() => who.value).toMatchObject({ problem: expect.stringMatching(/too many wrong keys.* in 8 s/) });
  answer = problem(503);
  enter("plk_good");
  await expect.poll(() => who.value).toMatchObject({ kind: "asking", hasKey: true, problem: { kind: "offline" } });
  expect(kept.kept()).toBeUndefined();
  answer = Response.json({ name: "me", role: "viewer" });
  enter("plk_good");
  await expect.poll(() => who.value).toMatchObject({ kind: "known", hasKey: true });
  expect(kept.kept()).toBe("plk_good");
});

test("a key can be forgotten while the coordinator is away", async () => {
  vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("failed to fetch")));
  const kept = storage("plk_1");
  const { who, leave } = sessionAt(root, kept);
  await expect.poll(() => who.value).toMatchObject({ kind: "asking", hasKey: true, problem: { kind: "offline" } });
  leave();
  await expect.poll(() => who.value).toMatchObject({ kind: "asking", hasKey: false, problem: { kind: "offline" } });
  expect(kept.kept()).toBeUndefined();
});
