/**
 * The front as a picture that stands by itself: bytes, both ways, against accuracy.
 *
 * @module
 */
import { type PricedPoint, judged, type Priced } from "@potluck/comparison";
import { frame } from "../charts/chart.ts";
import { svg } from "../drawing.ts";
import { frontPlot, measuredOnes } from "./front-plot.ts";

const WIDTH = 860;
const HEIGHT = 620;

/** The colours of the page by day, which a picture outside it has to bring. */
const COLOURS: Readonly<Record<string, string>> = {
  ink: "#22211f",
  muted: "#6f6c66",
  rule: "#e6e3da",
  main: "#2b5c8a",
};
const PAPER = "#fffefb";

/** What was drawn. */
export interface FrontPicture {
  /** The text of an SVG file. */
  readonly svg: string;
  /** All that was given, in its order, with whether anything beats it in both. */
  readonly points: readonly PricedPoint[];
}

/** A picture of accuracies against bytes, which assistive technology reads out as `label`; at least one was measured. */
export function frontPicture(all: readonly Priced[], label: string): FrontPicture {
  const points = judged(all, true);
  const sizes = { width: WIDTH, height: HEIGHT } as const;
  const plot = frontPlot(measuredOnes(points), { ...sizes, accuracy: true, isListed: true });
  const style = { ...frame.style, background: PAPER, fontFamily: "system-ui, sans-serif" };
  const { markup } = svg({ ...plot, style }, label);
  const coloured = markup.replaceAll(/var\(--(\w+)\)/gu, (variable, name: string) => COLOURS[name] ?? variable);
  // An SVG file is XML, which does not know HTML's name for a space that does not break.
  const spaced = coloured.replaceAll("&nbsp;", "\u00a0");
  return { svg: spaced.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"'), points };
}
