import { expect, test } from "vitest";
import { audienceBy } from "./audience.ts";

const steady = (): number => performance.now() / 1000;

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const began = steady();
  await work();
  return steady() - began;
}

test("nobody is waited for where nobody watches", async () => {
  const audience = audienceBy(steady);
  audience.enter()();
  expect(await secondsOf(audience.seenOff)).toBeLessThan(0.5);
  expect(audience.leaving.aborted).toBe(true);
});

test("whoever reads is waited for, and who has seen the end of a run may ask for more; but not for ever", async () => {
  let now = 0;
  const audience = audienceBy(() => now);
  const leave = audience.enter();
  let isOver = false;
  const over = audience.seenOff().then(() => (isOver = true));
  await expect.poll(() => audience.leaving.aborted).toBe(true);
  audience.noteEnd();
  leave();
  leave();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(isOver).toBe(false);
  now = 4.1;
  await over;
  const asked = audienceBy(() => now);
  asked.noteEnd();
  asked.noteFollowUp();
  await asked.seenOff();
  const another = audienceBy(() => now);
  another.enter();
  const late = another.seenOff();
  now = 20;
  await late;
});
