/**
 * Where runs lie: the table of a store names the folders of its runs relative to the store, so that they are found from
 * wherever a command is run, and still when the store is moved as a whole. Folders elsewhere stand in it as absolute paths.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";

/** The folder at `path`, which is relative to where the command is run, as the table of the store in `store` names it. */
export function keptPlace(store: string, path: string): string {
  const inside = relative(resolve(store), resolve(path));
  const isOutside = isAbsolute(inside) || inside.split(sep)[0] === "..";
  return isOutside ? resolve(path) : inside.split(sep).join("/");
}

/** The folder that the table of the store in `store` names `kept`, relative to where the command is run. */
export function placeOf(store: string, kept: string): string {
  return isAbsolute(kept) ? kept : join(store, kept);
}

/**
 * What a table of version 1 named `path`, as tables name it now. There a path was relative to where the run's command was
 * run, which nobody wrote down: mostly the folder that holds the store. A folder that is not found keeps its name.
 */
export function keptPlaceOfOld(
  store: string,
  { id, folder }: { readonly id: string; readonly folder: string },
): string {
  if (basename(folder) === id && existsSync(join(store, id))) return id;
  const places = isAbsolute(folder) ? [folder] : [resolve(dirname(resolve(store)), folder), resolve(folder)];
  const place = places.find((path) => existsSync(path));
  if (place !== undefined) return keptPlace(store, place);
  return basename(folder) === id ? id : folder;
}
