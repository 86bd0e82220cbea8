import { expect, test } from "vitest";
import { svg } from "../drawing.ts";
import { sampleReport } from "../sample-report.ts";
import { bytesSpentChart } from "./bytes-spent.ts";

const plain = (text: string): string => text.replaceAll("\u00a0", " ");

test("what most bytes were for is named, and what takes little is drawn together", () => {
  const spent = { up: { numbers: 300, indices: 100 }, down: { models: 600 } };
  const { note, table } = bytesSpentChart(sampleReport({ spent }));
  expect(plain(note)).toContain("Of 1 kB that arrived, 60.0% went down for models.");
  expect(table?.rows.map((row) => plain(row.join(" ")))).toEqual([
    "down models 600 B",
    "up numbers 300 B",
    "up indices 100 B",
  ]);
  const many: Record<string, number> = Object.fromEntries(
    Array.from({ length: 40 }, (_, at) => [`layer ${at}`, 1000 - at]),
  );
  const chart = bytesSpentChart(sampleReport({ spent: { up: many, down: { models: 1 } } }));
  const drawn = plain(svg(chart.draw?.(680) ?? {}, "").markup.replaceAll("&nbsp;", " "));
  expect(drawn).toContain("up: layer 11");
  expect(drawn).not.toContain("up: layer 12");
  expect(drawn).toContain("up: 28 others");
  expect(drawn).toContain("down: 1 others");
  expect(chart.table?.rows).toHaveLength(41);
  expect(bytesSpentChart(sampleReport({ spent: { up: {}, down: {} } })).draw).toBeNull();
});
