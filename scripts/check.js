/**
 * The entrance of `npm run check` and `npm test`. It is JavaScript, so that any Node can read it and say what is
 * missing; the check itself is TypeScript, which Node 24 runs as it is.
 *
 * @module
 */
import { existsSync } from "node:fs";

const [major = 0] = process.versions.node.split(".").map(Number);
const isInstalled = existsSync(new URL("../node_modules/vitest", import.meta.url));

if (!isInstalled) refuse("Nothing is installed yet. Run `npm ci` first.");
else if (major < 24) {
  refuse(
    `Potluck needs Node 24 or later, and this is Node ${process.versions.node}.\n` +
      "`npm ci` installs Node 24 as an optional dependency, for Linux and macOS on x64 and arm64 and for Windows on\n" +
      "x64, and npm puts it first on the path of every script. Run `npm ci` again, without --omit=optional, and start\n" +
      `this with npm; for ${process.platform} on ${process.arch}, if that is another platform, install Node 24 yourself.`,
  );
} else await import("./check/check.ts");

/** Says why nothing was checked. @param {string} reason */
function refuse(reason) {
  console.log(`${reason}\n0 passed, 1 failed`);
  process.exitCode = 1;
}
