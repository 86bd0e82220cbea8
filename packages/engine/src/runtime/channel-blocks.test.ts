import { expect, test } from "vitest";
import { channelBlocks } from "./channel-blocks.ts";

test("a processor has no kernels for blocks of channels, or for blocks of a power of two of them", async () => {
  const blocks = await channelBlocks();
  expect([undefined, 4, 8, 16, 32]).toContain(blocks?.size);
});

test("it is asked once", () => {
  expect(channelBlocks()).toEqual(channelBlocks());
});
