/**
 * A folder of pictures: a sub-folder for each class, pictures of one size in them.
 *
 * Classes are numbered in the alphabetical order of their sub-folders. So every device of a run needs all of them, an empty one for a class of
 * which it has no pictures.
 *
 * @module
 */
import type { PlainExamples } from "@potluck/client";
import { Fault } from "@potluck/core";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isPicture, type Picture, readPicture } from "./image-file.ts";

const MAX_CLASSES = 256;
/** The most bytes that pictures may take. */
const MAX_BYTES = 2 ** 30;

interface Labelled {
  readonly path: string;
  readonly label: number;
}

/**
 * The pictures of a folder, colours one after another: [1, height, width] where all are grey, else [3, height, width]. Rejects with Fault
 * "file-missing", "file-corrupt", or "data-invalid" where there are no classes, or pictures of several sizes.
 */
export async function imageFolder(folder: string): Promise<PlainExamples> {
  const classes = await classesIn(folder);
  const files = (await Promise.all(classes.map(async (name, label) => picturesIn(join(folder, name), label)))).flat();
  const [first] = files;
  if (first === undefined) throw refused(`${folder} has no pictures in its classes`, "Put PNG or JPEG files there.");
  const { width, height } = await readPicture(first.path);
  const pixels = width * height;
  if (3 * pixels * files.length > MAX_BYTES) {
    throw refused(`${files.length} pictures of ${width} x ${height} are too many`, "Make them smaller, or fewer.");
  }
  const colours = new Uint8Array(3 * pixels * files.length);
  let isGrey = true;
  for (const [at, { path }] of files.entries()) {
    const picture = await readPicture(path);
    if (picture.width !== width || picture.height !== height) throw otherSize(first.path, path, picture);
    isGrey = layPlanes(picture, colours.subarray(3 * pixels * at, 3 * pixels * (at + 1))) && isGrey;
  }
  const features = isGrey ? firstPlanes(colours, pixels) : colours;
  return { features, shape: [isGrey ? 1 : 3, height, width], labels: files.map(({ label }) => label) };
}

async function classesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const classes = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map(({ name }) => name)
    .sort();
  if (classes.length >= 2 && classes.length <= MAX_CLASSES) return classes;
  const what = `${folder} has ${classes.length} sub-folders, and classes are 2 to ${MAX_CLASSES}`;
  throw refused(what, "Make a sub-folder for each class, also for those of which there are no pictures here.");
}

async function picturesIn(folder: string, label: number): Promise<readonly Labelled[]> {
  const names = (await readdir(folder)).filter(isPicture).sort();
  return names.map((name) => ({ path: join(folder, name), label }));
}

/** Writes the colours of a picture one plane after another; whether it is grey. */
function layPlanes({ rgb }: Picture, into: Uint8Array): boolean {
  const pixels = rgb.length / 3;
  let isGrey = true;
  for (let pixel = 0; pixel < pixels; pixel++) {
    const [red = 0, green = 0, blue = 0] = rgb.subarray(3 * pixel, 3 * pixel + 3);
    into[pixel] = red;
    into[pixels + pixel] = green;
    into[2 * pixels + pixel] = blue;
    isGrey &&= red === green && green === blue;
  }
  return isGrey;
}

function firstPlanes(colours: Uint8Array, pixels: number): Uint8Array {
  const count = colours.length / (3 * pixels);
  const grey = new Uint8Array(count * pixels);
  for (let at = 0; at < count; at++) grey.set(colours.subarray(3 * at * pixels, (3 * at + 1) * pixels), at * pixels);
  return grey;
}

function otherSize(first: string, path: string, { width, height }: Picture): Fault {
  return refused(
    `${path} is ${width} x ${height}, unlike ${first}`,
    "Bring all pictures to the size that the model takes.",
  );
}

function refused(what: string, remedy: string): Fault {
  return new Fault("data-invalid", what, remedy);
}
