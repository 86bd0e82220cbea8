/**
 * The key of a device: who it is, wherever it connects from. The private part never leaves it.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { fieldsOf } from "./fields-of.ts";

/** The key of a device. */
export interface DeviceKey {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** The Ed25519 signature of a message: 64 bytes. */
  readonly sign: (message: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>;
}

type Key = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

/** The two halves of a key, as the platform has them. */
export interface KeyPair {
  readonly privateKey: Key;
  readonly publicKey: Key;
}

/** A new key, which is nowhere but in this process. */
export async function newDeviceKey(): Promise<DeviceKey> {
  return keyOf(await newKeyPair(false));
}

/** A new pair. Only one that is extractable can be written down as text. Rejects with Fault "option-invalid" where there is no Ed25519. */
export async function newKeyPair(isExtractable: boolean): Promise<KeyPair> {
  const pair = await ed25519(isExtractable);
  if ("privateKey" in pair) return pair;
  throw new TypeError("Ed25519 keys come in pairs");
}

async function ed25519(isExtractable: boolean): Promise<Key | KeyPair> {
  // Browsers have it only on pages that came over https, or from this machine.
  const { subtle }: { readonly subtle?: typeof crypto.subtle } = crypto;
  if (subtle === undefined) throw insecurePage();
  try {
    return await subtle.generateKey("Ed25519", isExtractable, ["sign", "verify"]);
  } catch {
    const message = "this browser cannot make the key of a device: it does not know Ed25519";
    throw new Fault("option-invalid", message, "Use a browser of 2025 or later.");
  }
}

/** Browsers give keys, locks and much else only to pages that nobody can have changed on their way. */
export function insecurePage(): Fault {
  const message = "this page cannot be a device: it did not come over https";
  return new Fault("option-invalid", message, "Open it over https, or from the machine that it is served on.");
}

/** What signs with a pair. */
export async function keyOf({ privateKey, publicKey }: KeyPair): Promise<DeviceKey> {
  return {
    publicKey: new Uint8Array(await crypto.subtle.exportKey("raw", publicKey)),
    sign: async (message) => new Uint8Array(await crypto.subtle.sign("Ed25519", privateKey, message)),
  };
}

/** A pair as text: whoever has it is this device. */
export async function textOf({ privateKey }: KeyPair): Promise<string> {
  return JSON.stringify(await crypto.subtle.exportKey("jwk", privateKey));
}

/** The pair in such a text. Rejects with TypeError for text that is none. */
export async function keyPairIn(text: string): Promise<KeyPair> {
  const { x, d } = fieldsOf(JSON.parse(text));
  if (typeof x !== "string" || typeof d !== "string") throw new TypeError("no device key");
  const half = { kty: "OKP", crv: "Ed25519", x };
  const privateKey = await crypto.subtle.importKey("jwk", { ...half, d }, "Ed25519", true, ["sign"]);
  const publicKey = await crypto.subtle.importKey("jwk", half, "Ed25519", true, ["verify"]);
  return { privateKey, publicKey };
}
