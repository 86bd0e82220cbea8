/**
 * What a participant chooses before starting: examples, and limits.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { type FileContents, idxExamples, tableExamples } from "@potluck/data";
import type { DeviceData, OwnerLimits } from "../index.ts";
import { demoDigits } from "./demo-digits.ts";
import { bytes } from "./words.ts";

const SECONDS_IN_MINUTE = 60;
const BYTES_IN_MEGABYTE = 1e6;

/** The limits that a form gives. */
export function chosenLimits(given: FormData): OwnerLimits {
  const [minutes, megabytes] = [positive(given.get("minutes")), positive(given.get("megabytes"))];
  return {
    onlyWhenVisible: given.has("onlyWhenVisible"),
    onlyWhenIdle: given.has("onlyWhenIdle"),
    onlyOnPower: given.has("onlyOnPower"),
    onlyUnmetered: given.has("onlyUnmetered"),
    ...(minutes !== null && { secondsOfTraining: SECONDS_IN_MINUTE * minutes }),
    ...(megabytes !== null && { bytes: BYTES_IN_MEGABYTE * megabytes }),
  };
}

function positive(given: FormDataEntryValue | null): number | null {
  const number = typeof given === "string" && given !== "" ? Number(given) : Number.NaN;
  return number > 0 ? number : null;
}

/** Limits in a sentence. */
export function limitWords(limits: OwnerLimits): string {
  const { onlyWhenVisible, onlyWhenIdle, onlyOnPower, onlyUnmetered, secondsOfTraining, bytes: most } = limits;
  const whiles = [
    ...(onlyWhenVisible === true ? ["this page is seen"] : []),
    ...(onlyWhenIdle === true ? ["nobody touches it"] : []),
    ...(onlyOnPower === true ? ["the device is plugged in"] : []),
    ...(onlyUnmetered === true ? ["the connection is not paid by the byte"] : []),
  ];
  const mosts = [
    ...(secondsOfTraining === undefined ? [] : [`${secondsOfTraining / SECONDS_IN_MINUTE} minutes of training`]),
    ...(most === undefined ? [] : [`${bytes(most)} up and down`]),
  ];
  const list = new Intl.ListFormat("en");
  const parts = [
    ...(whiles.length > 0 ? [`only while ${list.format(whiles)}`] : []),
    ...(mosts.length > 0 ? [`at most ${list.format(mosts)}`] : []),
  ];
  return parts.length === 0 ? "You have set no limits." : `Your limits: ${parts.join("; ")}.`;
}

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
