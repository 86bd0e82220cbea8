import { expect, test } from "vitest";
import { type Audit, auditIn } from "./audit.ts";
import { sampleDatabase } from "./sample-database.ts";

const sample = sampleDatabase();
const audit = (most?: number): Audit => auditIn(sample.database, () => sample.now, most);

test("what was done is read back, the newest first, a page at a time, after a restart too", () => {
  for (const subject of ["a", "b", "c"]) {
    sample.now += 1;
    audit().note({ who: "ops", action: "token-created", subject, detail: "" });
  }
  sample.restart();
  const [third, second] = audit().newest(2);
  expect([third?.subject, second?.subject]).toEqual(["c", "b"]);
  expect(third).toMatchObject({ at: sample.now, who: "ops", action: "token-created" });
  expect(
    audit()
      .newest(2, second?.number)
      .map(({ subject }) => subject),
  ).toEqual(["a"]);
});

test("it keeps the newest entries only, each of bounded length", () => {
  const log = audit(3);
  for (let entry = 0; entry < 10; entry++) {
    log.note({ who: "1.2.3.4", action: "request-refused", subject: String(entry), detail: "x".repeat(10_000) });
  }
  const kept = log.newest(100);
  expect(kept.map(({ subject }) => subject)).toEqual(["9", "8", "7"]);
  expect(kept[0]?.detail).toHaveLength(300);
});
