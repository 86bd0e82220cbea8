import { createPublicKey, verify } from "node:crypto";
import { expect, test } from "vitest";
import { keyOf, keyPairIn, newDeviceKey, newKeyPair, textOf } from "./device-key.ts";

const MESSAGE = Uint8Array.of(1, 2, 3);

function isSigned(publicKey: Uint8Array, signature: Uint8Array): boolean {
  const head = Buffer.from("302a300506032b6570032100", "hex");
  const key = createPublicKey({ key: Buffer.concat([head, publicKey]), format: "der", type: "spki" });
  return verify(null, MESSAGE, key, signature);
}

test("a key signs what others can check with its public half", async () => {
  const key = await newDeviceKey();
  expect(key.publicKey).toHaveLength(32);
  const signature = await key.sign(MESSAGE);
  expect(signature).toHaveLength(64);
  expect(isSigned(key.publicKey, signature)).toBe(true);
  const other = await newDeviceKey();
  expect(isSigned(other.publicKey, signature)).toBe(false);
});

test("a pair that was written down is the same device", async () => {
  const pair = await newKeyPair(true);
  const [before, after] = [await keyOf(pair), await keyOf(await keyPairIn(await textOf(pair)))];
  expect(after.publicKey).toEqual(before.publicKey);
  expect(isSigned(before.publicKey, await after.sign(MESSAGE))).toBe(true);
});

test("a key that is not to be written down cannot be", async () => {
  await expect(textOf(await newKeyPair(false))).rejects.toThrow();
});

test.each(["{}", "7", '{"x":1,"d":2}', '{"x":"a","d":"b"}'])("%s is no pair", async (text) => {
  await expect(keyPairIn(text)).rejects.toThrow();
});
