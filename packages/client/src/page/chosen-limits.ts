/**
 * The limits that a participant sets before starting.
 *
 * @module
 */
import type { OwnerLimits } from "../index.ts";
import { bytes } from "../byte-size.ts";

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

function positive(given: unknown): number | null {
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
