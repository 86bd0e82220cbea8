/**
 * What there is of access when a coordinator is first started: a key for whoever has its folder, and a token for the first devices.
 *
 * @module
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Access } from "./access.ts";
import { writeSecret } from "./secret-file.ts";

/** The file with the first key of the role admin. */
const KEY_FILE = "admin-key";
/** The file with the token that devices are shown, while it is good. */
const TOKEN_FILE = "join-token";

const WEEK_SECONDS = 604_800;

/** Makes the first key of the role admin where there is none yet that is good; the file that it was written to. */
export function firstKey({ keys }: Access, folder: string): string {
  const file = join(folder, KEY_FILE);
  const hasAdmin = keys.all().some(({ role, revoked }) => role === "admin" && revoked === null);
  if (!hasAdmin) writeSecret(file, `${keys.create("first", "admin").key}\n`);
  return file;
}

/** The token that devices are shown: the one that was shown before, if it is still good, or a new one for a week. */
export async function shownToken({ tokens }: Access, folder: string): Promise<string> {
  const file = join(folder, TOKEN_FILE);
  const before = existsSync(file) ? readFileSync(file, "utf8").trim() : "";
  const claims = await tokens.read(before);
  if ("id" in claims && tokens.refusalOf(claims, "", "") === null) return before;
  const { token } = await tokens.create(
    { run: "", uses: null, note: "the link that is shown at the start" },
    WEEK_SECONDS,
  );
  writeSecret(file, `${token}\n`);
  return token;
}
