/**
 * Pictures in files: PNG and JPEG, decoded without anything that would have to be built.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { decode as decodePng } from "fast-png";
import { decode as decodeJpeg } from "jpeg-js";
import { readFile } from "node:fs/promises";

/** A picture: red, green and blue from 0 to 255 for each pixel, row by row. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** A larger picture is refused before it is decoded. */
const MAX_MEGAPIXELS = 16;

/** Whether a file is taken for a picture, by its name. */
export function isPicture(name: string): boolean {
  return /\.(?:png|jpe?g)$/i.test(name);
}

/** The picture in a file. Rejects with Fault "file-missing", or "file-corrupt" where it is none, or too large. */
export async function readPicture(path: string): Promise<Picture> {
  const bytes = await bytesOf(path);
  try {
    return /\.png$/i.test(path) ? pngIn(bytes) : jpegIn(bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Fault("file-corrupt", `${path} is no picture that can be read: ${reason}`, "Save it anew, or remove it.");
  }
}

async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Fault("file-missing", `${path} cannot be read: ${reason}`, "Check the path and the rights to the file.");
  }
}

function pngIn(bytes: Uint8Array): Picture {
  checkPixels(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  const { width, height, channels, depth, data, palette } = decodePng(bytes);
  const most = 2 ** depth - 1;
  const colour = (pixel: number, channel: number): number => {
    const first = data[pixel * channels] ?? 0;
    if (palette !== undefined) return palette[first]?.[channel] ?? 0;
    const value = channels < 3 ? first : (data[pixel * channels + channel] ?? 0);
    return Math.round((255 * value) / most);
  };
  return { width, height, rgb: rgbOf(width * height, colour) };
}

/** Width and height stand at the beginning of every PNG. */
function checkPixels(view: DataView): void {
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  if (width * height > 1e6 * MAX_MEGAPIXELS) throw new RangeError(`more than ${MAX_MEGAPIXELS} megapixels`);
}

function jpegIn(bytes: Uint8Array): Picture {
  const { width, height, data } = decodeJpeg(bytes, {
    useTArray: true,
    formatAsRGBA: false,
    maxResolutionInMP: MAX_MEGAPIXELS,
    maxMemoryUsageInMB: 512,
  });
  return { width, height, rgb: rgbOf(width * height, (pixel, channel) => data[3 * pixel + channel] ?? 0) };
}

function rgbOf(pixels: number, colour: (pixel: number, channel: number) => number): Uint8Array {
  return Uint8Array.from({ length: 3 * pixels }, (_, at) => colour(Math.floor(at / 3), at % 3));
}
