/**
 * What becomes of messages that were changed on their way.
 *
 * @module
 */
import { type Codec, plainKernels } from "@potluck/core";
import { expect } from "vitest";
import { said } from "./codec-messages.ts";

/** How many changed messages a codec is given. */
export const CHANGED_MESSAGES = 3000;

/** A message is refused in words, or says finite numbers. */
export function expectRefusedOrFinite(codec: Codec, message: Uint8Array, length: number): void {
  const defect = codec.defect(message, length, plainKernels);
  if (defect === null) expect(said(codec, message, length).every(Number.isFinite)).toBe(true);
  else expect(defect).toMatch(/^(the update|number \d|bucket \d)/u);
}
