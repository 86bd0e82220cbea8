/**
 * Digits that a page draws, in the form of MNIST: for those who want to see it work before they bring data of their own.
 *
 * @module
 */
import type { PlainExamples } from "../local-data.ts";

const SIDE = 28;
const CLASSES = 10;
const EACH = 20;
const FONTS = ["serif", "sans-serif", "monospace", "cursive"] as const;

/** White digits on black, 28 by 28 pixels, in ten classes, a little different each time. */
export function demoDigits(): PlainExamples {
  const count = CLASSES * EACH;
  const features = new Uint8Array(count * SIDE * SIDE);
  const labels = Uint8Array.from({ length: count }, (_, at) => at % CLASSES);
  const canvas = new OffscreenCanvas(SIDE, SIDE).getContext("2d", { willReadFrequently: true });
  if (canvas === null) throw new TypeError("this browser cannot draw");
  canvas.textAlign = "center";
  canvas.textBaseline = "middle";
  labels.forEach((label, at) => {
    draw(canvas, String(label));
    const { data } = canvas.getImageData(0, 0, SIDE, SIDE);
    for (let pixel = 0; pixel < SIDE * SIDE; pixel++) features[at * SIDE * SIDE + pixel] = data[4 * pixel] ?? 0;
  });
  return { features, shape: [1, SIDE, SIDE], labels };
}

/** A number around `value`. */
function about(value: number, spread: number): number {
  return value + spread * (Math.random() - 0.5);
}

function draw(canvas: OffscreenCanvasRenderingContext2D, digit: string): void {
  const font = FONTS[Math.floor(FONTS.length * Math.random())] ?? "serif";
  canvas.resetTransform();
  canvas.fillStyle = "black";
  canvas.fillRect(0, 0, SIDE, SIDE);
  canvas.translate(about(SIDE / 2, 4), about(SIDE / 2, 4));
  canvas.rotate(about(0, 0.4));
  canvas.fillStyle = "white";
  canvas.font = `${about(22, 4)}px ${font}`;
  canvas.fillText(digit, 0, 0);
}
