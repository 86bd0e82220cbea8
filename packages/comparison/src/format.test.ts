import fc from "fast-check";
import { expect, test } from "vitest";
import { byteUnit, bytes, clipped, count, counted, decimal, duration, percent, timeUnit } from "./format.ts";

/** Texts join numbers and units with a space that does not break; tests read better with an ordinary one. */
const plain = (text: string): string => text.replaceAll("\u00a0", " ");

test.each([
  [0, "0 s"],
  [0.84, "0.8 s"],
  [59.94, "59.9 s"],
  [59.96, "1 min"],
  [612, "10 min 12 s"],
  [3600, "1 h"],
  [11_100, "3 h 5 min"],
  [86_400 * 4 + 3600 * 6, "4 d 6 h"],
])("%d seconds are %s", (seconds, text) => {
  expect(plain(duration(seconds))).toBe(text);
});

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1 kB"],
  [796_000, "796 kB"],
  [1_660_000_000, "1.66 GB"],
])("%d bytes are %s", (size, text) => {
  expect(plain(bytes(size))).toBe(text);
});

test("accuracies are percentages with one digit, and say when there is none", () => {
  expect([0, 0.9741, 1, null, Number.NaN].map(percent)).toEqual([
    "0%",
    "97.4%",
    "100%",
    "not measured",
    "not a number",
  ]);
});

test("numbers keep three digits that count, and thousands stand apart", () => {
  expect([0.08714, 12.345, -0.5, 1234.5, 60_000, -1200, Infinity].map(decimal)).toEqual([
    "0.0871",
    "12.3",
    "−0.5",
    "1,235",
    "60,000",
    "−1,200",
    "∞",
  ]);
});

test("nouns agree with their numbers", () => {
  expect([0, 1, 2000].map((clients) => counted(clients, "client"))).toEqual(["0 clients", "1 client", "2,000 clients"]);
});

test("whole numbers read back once the commas are taken out", () => {
  fc.assert(
    fc.property(fc.nat(), (whole) => {
      expect(Number(count(whole).replaceAll(",", ""))).toBe(whole);
    }),
  );
});

test("axes are measured in a unit that leaves between 1 and 1000 of it", () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 9e15, noNaN: true }), (size) => {
      const { factor } = byteUnit(size);
      expect(size / factor).toBeGreaterThanOrEqual(1);
      expect(size / factor).toBeLessThan(1000.000001);
    }),
  );
  expect([60, 600, 36_000, 864_000].map((seconds) => timeUnit(seconds).name)).toEqual([
    "seconds",
    "minutes",
    "hours",
    "days",
  ]);
});

test("long labels are cut and say so", () => {
  expect(clipped("a label of eighteen chars")).toBe("a label of eighte…");
  expect(clipped("short")).toBe("short");
});

test("numbers that would fill a line are written with a power of ten", () => {
  expect([5.123e31, -2e-7, 0, 1e-3, 4e11].map(decimal)).toEqual([
    "5.12×10³¹",
    "−2×10⁻⁷",
    "0",
    "0.001",
    "400,000,000,000",
  ]);
});
