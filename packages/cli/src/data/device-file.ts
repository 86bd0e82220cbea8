/**
 * Where a device of this machine is kept, where nothing else is said: in the folder that the system has for such, by coordinator.
 *
 * @module
 */
import { type DeviceStore, openStore } from "@potluck/client";
import { Fault } from "@potluck/core";
import { homedir } from "node:os";
import { join } from "node:path";

/** The most processes of one machine that take part with the same data at one coordinator. */
const MOST_PROCESSES = 256;

/**
 * The first device of a name for the coordinator at `url` that no other process is: one that was closed is taken up again. Rejects with the
 * faults of `openStore`.
 */
export async function ownDevice(url: string, name: string): Promise<DeviceStore> {
  const folder = join(stateFolder(), "devices", new URL(url).host.replaceAll(":", "_"));
  for (let place = 0; place < MOST_PROCESSES; place++) {
    try {
      return await openStore(join(folder, place === 0 ? name : `${name}.${place}`));
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== "folder-in-use") throw error;
    }
  }
  throw new Fault("folder-in-use", `${MOST_PROCESSES} processes are this device already`, "Name another: --identity.");
}

/** The folder for what programs keep of this user. */
function stateFolder(): string {
  const { XDG_STATE_HOME: xdg, LOCALAPPDATA: local } = process.env;
  if (xdg !== undefined && xdg !== "") return join(xdg, "potluck");
  if (process.platform === "win32" && local !== undefined) return join(local, "potluck");
  if (process.platform === "darwin") return join(homedir(), "Library", "Application Support", "potluck");
  return join(homedir(), ".local", "state", "potluck");
}
