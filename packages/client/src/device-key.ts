/**
 * The key of a device: who it is, wherever it connects from. The private part never leaves it.
 *
 * @module
 */
import { fieldsOf } from "./fields-of.ts";

/** The key of a device. */
export interface DeviceKey {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** The Ed25519 signature of a message: 64 bytes. */
  readonly sign: (message: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>;
  /** The key as it can be kept: whoever has it is this device. */
  readonly save: () => Promise<string>;
}

/** A new key. */
export async function newDeviceKey(): Promise<DeviceKey> {
  const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
  if (!("privateKey" in pair)) throw new TypeError("Ed25519 keys come in pairs");
  return keyOf(pair);
}

/** The key that was saved. Rejects for text that is none. */
export async function savedDeviceKey(saved: string): Promise<DeviceKey> {
  const { x, d } = fieldsOf(JSON.parse(saved));
  if (typeof x !== "string" || typeof d !== "string") throw new TypeError("no device key");
  const jwk = { kty: "OKP", crv: "Ed25519", x, d };
  const privateKey = await crypto.subtle.importKey("jwk", jwk, "Ed25519", true, ["sign"]);
  const half = { kty: "OKP", crv: "Ed25519", x };
  const publicKey = await crypto.subtle.importKey("jwk", half, "Ed25519", true, ["verify"]);
  return keyOf({ privateKey, publicKey });
}

type CryptoKeyOfDevice = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

interface Pair {
  readonly privateKey: CryptoKeyOfDevice;
  readonly publicKey: CryptoKeyOfDevice;
}

async function keyOf({ privateKey, publicKey }: Pair): Promise<DeviceKey> {
  return {
    publicKey: new Uint8Array(await crypto.subtle.exportKey("raw", publicKey)),
    sign: async (message) => new Uint8Array(await crypto.subtle.sign("Ed25519", privateKey, message)),
    save: async () => JSON.stringify(await crypto.subtle.exportKey("jwk", privateKey)),
  };
}
