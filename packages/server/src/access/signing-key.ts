/**
 * The key with which a coordinator signs its tokens. It is made once, and never leaves the data folder.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { chmodSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { OWNER_ONLY, writeSecret } from "./secret-file.ts";

/** An Ed25519 key and the half that checks what it has signed. */
export interface SigningKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const FILE = "signing-key.pem";

/** The key in a folder, which has to be there, made where there is none yet; where nothing is kept, one that goes with the process. Throws Fault "store-corrupt" where the file holds no such key. */
export function openSigningKey(folder: string | null): SigningKey {
  if (folder === null) return generateKeyPairSync("ed25519");
  const path = join(folder, FILE);
  if (!existsSync(path)) {
    const { privateKey: made } = generateKeyPairSync("ed25519");
    writeSecret(path, made.export({ format: "pem", type: "pkcs8" }).toString());
  }
  chmodSync(path, OWNER_ONLY);
  const privateKey = keyIn(path);
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

function keyIn(path: string): KeyObject {
  try {
    const key = createPrivateKey(readFileSync(path));
    if (key.asymmetricKeyType === "ed25519") return key;
  } catch {
    // Said below, in words.
  }
  const remedy =
    "Restore it from a copy. Without it no token of this coordinator is good any more: move it away for a new one.";
  throw new Fault("store-corrupt", `${path} holds no Ed25519 key`, remedy);
}
