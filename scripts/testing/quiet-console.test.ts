import { expect, test, vi } from "vitest";
import { listen } from "./quiet-console.ts";

test("what is written while listening is an error and is not shown", () => {
  const log = vi.fn<(...values: readonly unknown[]) => void>();
  const target = { ...console, log };
  const listening = listen(target);
  target.log("one", 2);
  target.warn("three");
  expect(listening.stop().map(({ message }) => message)).toEqual([
    "console.log(one, 2) was called in a test",
    "console.warn(three) was called in a test",
  ]);
  expect(log).not.toHaveBeenCalled();
});

test("after listening the console is as it was", () => {
  const log = vi.fn<(...values: readonly unknown[]) => void>();
  const target = { ...console, log };
  listen(target).stop();
  target.log("one");
  expect(log).toHaveBeenCalledExactlyOnceWith("one");
});

test.fails("a test in which something writes to the console fails", () => {
  console.log("this is listened to by the setup of this very test");
});
