/**
 * The parts of the studio that need no coordinator, as a folder that any web server can serve: methods and the Lab.
 *
 * @module
 */
import { pagePolicy } from "@potluck/server";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { buildStudio } from "./build-studio.ts";

const FRONT = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="refresh" content="0; url=studio/index.html#/lab" />
    <title>Potluck</title>
  </head>
  <body>
    <p><a href="studio/index.html#/lab">The Lab</a>, <a href="studio/index.html#/methods">the methods</a></p>
  </body>
</html>
`;

/** Builds into `folder` and resolves to its whole path. Rejects with Fault "output-unwritable". */
export async function buildSite(folder: string): Promise<string> {
  await buildStudio(join(folder, "studio"));
  return standAlone(folder);
}

/** Makes a site of a folder in which the studio lies that a coordinator would serve; resolves to the folder's whole path. */
export async function standAlone(folder: string): Promise<string> {
  const path = join(folder, "studio/index.html");
  const page = await readFile(path, "utf8");
  const policy = `<head>\n    <meta http-equiv="Content-Security-Policy" content="${pagePolicy}" />`;
  // The page is told that there is no coordinator.
  await writeFile(path, page.replace("<html", "<html data-alone").replace("<head>", policy));
  await rm(`${path}.gz`, { force: true });
  await writeFile(join(folder, "index.html"), FRONT);
  return resolve(folder);
}
