/**
 * The parts of the studio that need no coordinator, built into a folder that any web server can serve: `npm run site`, or
 * `npm run site -- <folder>`.
 *
 * @module
 */
import { buildSite } from "@potluck/cli";

const [folder = "site"] = process.argv.slice(2);
console.log(`${await buildSite(folder)} can be served by any web server, under any path.`);
