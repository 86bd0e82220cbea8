/**
 * The examples that a participant chooses before starting.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { type FileContents, idxExamples, tableExamples } from "@potluck/data";
import type { DeviceData } from "../index.ts";
import { demoDigits } from "./demo-digits.ts";

/** The examples that a form gives. Rejects with Fault "option-invalid" where something is missing, and with those of what reads files. */
export async function chosenData(given: FormData): Promise<DeviceData> {
  switch (given.get("source")) {
    case "table": {
      const [table] = await filesIn(given, "table");
      const target = given.get("target");
      if (table === undefined || typeof target !== "string" || target === "") {
        throw new Fault("option-invalid", "no table was chosen, or no column", "Choose a file, and name its column.");
      }
      return tableExamples(table, { target });
    }
    case "idx":
      return idxExamples(await filesIn(given, "idx"));
    default:
      return demoDigits();
  }
}

async function filesIn(given: FormData, name: string): Promise<readonly FileContents[]> {
  const files = given.getAll(name).filter((file) => file instanceof File && file.size > 0);
  return Promise.all(
    files.map(async (file) => {
      if (typeof file === "string") throw new TypeError("a file was expected");
      return { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) };
    }),
  );
}
