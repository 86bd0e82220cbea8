import { expect, test } from "vitest";
import { type Answer, channelBlocks, remembering } from "./channel-blocks.ts";

test("a processor has no kernels for blocks of channels, or for blocks of a power of two of them", async () => {
  const blocks = await channelBlocks();
  expect([undefined, 4, 8, 16, 32]).toContain(blocks?.size);
});

test.each<[string, Answer]>([
  ["that there are blocks", { size: 8, batch: null }],
  ["that there are none", null],
])("the answer %s is remembered", async (_, answer) => {
  let asked = 0;
  const blocks = remembering(async () => {
    asked += 1;
    return answer;
  });
  expect([await blocks(), await blocks()]).toEqual([answer, answer]);
  expect(asked).toBe(1);
});

test("a failure to find out is not remembered: the processor is asked again", async () => {
  const answers: Answer[] = ["unknown", { size: 16, batch: null }];
  const blocks = remembering(async () => answers.shift() ?? null);
  expect(await Promise.all([blocks(), blocks()])).toEqual([null, null]);
  expect([await blocks(), await blocks()]).toEqual([
    { size: 16, batch: null },
    { size: 16, batch: null },
  ]);
});
