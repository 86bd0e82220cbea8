/**
 * Where a device keeps what must outlive its process: its key, what it has learned of itself, what it keeps from task to task.
 *
 * @module
 */
import { type DeviceKey, newDeviceKey } from "./device-key.ts";

/** A store. What was written is there after a crash. */
export interface DeviceStore {
  /** The key of the device, made when it is asked for first. */
  readonly key: () => Promise<DeviceKey>;
  /** What was written under a name; null for nothing. */
  readonly read: (name: string) => Promise<Uint8Array<ArrayBuffer> | null>;
  /** Writes all of it, or nothing. */
  readonly write: (name: string, bytes: Uint8Array<ArrayBuffer>) => Promise<void>;
  readonly remove: (name: string) => Promise<void>;
  /** Whether it outlives the process. */
  readonly lasts: boolean;
  /** Lets others use it. */
  readonly close: () => void;
}

/** A store that forgets everything with the process: a device that is new, and the same for as long as the store is used. */
export function memoryStore(): DeviceStore {
  const entries = new Map<string, Uint8Array<ArrayBuffer>>();
  let known: Promise<DeviceKey> | null = null;
  return {
    lasts: false,
    key: async () => (known ??= newDeviceKey()),
    read: async (name) => entries.get(name) ?? null,
    write: async (name, bytes) => void entries.set(name, bytes),
    remove: async (name) => void entries.delete(name),
    close: () => {},
  };
}
