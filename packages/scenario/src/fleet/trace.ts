/**
 * A fleet from a file: devices that were measured, or that were written down by hand. Client k has the k-th device; if there
 * are more clients than devices, they begin again.
 *
 * Trust: nothing. Every field of the file is checked before anything is trained.
 *
 * @module
 */
import { definePart, fold, type PartFactory, permutation } from "@potluck/core";
import type { Device } from "./device.ts";
import type { Fleet } from "./fleet.ts";
import { parseDevices } from "./trace-devices.ts";
import { formOf, readTrace } from "./trace-text.ts";

/** Options of {@link trace}. */
export interface TraceOptions {
  /** The file, which ends in .csv or .json, relative to the folder in which the command is run. */
  readonly file: string;
  /** Whether client k has the k-th device of the file, or one at random; "file" by default. */
  readonly order?: "file" | "random";
}

/** The fleet `trace`. Throws Fault "option-invalid"; its devices reject with "file-missing" or "file-corrupt". */
export const trace: PartFactory<TraceOptions, Fleet> = definePart<TraceOptions, Fleet>({
  room: "fleet",
  name: "trace",
  about: "Devices from a CSV or JSON file.",
  fights: [],
  options: {
    file: { kind: "text", path: "file", about: "the file of devices, .csv or .json" },
    order: {
      kind: "choice",
      of: ["file", "random"],
      default: "file",
      about: "whether client k has the k-th device of the file, or one at random",
    },
  },
  make: ({ file, order }) => {
    const form = formOf("trace", file);
    return {
      devices: async (count, key) => {
        const devices = parseDevices(await readTrace(file), form);
        const places = order === "random" ? permutation(fold(key, "trace"), devices.length) : devices.keys();
        return repeated([...places], devices, count);
      },
    };
  },
});

/** `count` of the devices at `places`, which begin again after the last. */
function repeated(places: readonly number[], devices: readonly Device[], count: number): readonly Device[] {
  return Array.from({ length: count }, (_, k) => devices[places[k % places.length] ?? 0]).filter(
    (device) => device !== undefined,
  );
}
