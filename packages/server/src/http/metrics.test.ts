import { afterEach, expect, test } from "vitest";
import { type Meters, metersOf } from "./metrics.ts";
import { sampleRuns } from "./sample-runs.ts";

let meters: Meters;
afterEach(() => meters.close());

async function lines(): Promise<readonly string[]> {
  return (await meters.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

test("what runs are at is told with their names and units, as it is when it is asked for", async () => {
  const { runs } = sampleRuns();
  meters = metersOf(runs);
  const first = await lines();
  expect(first).toEqual(
    expect.arrayContaining(
      [
        'potluck_run_state{state="running",run="r1"} 1',
        'potluck_run_state{state="ended",run="r1"} 0',
        'potluck_clients_connected{run="r1"} 1',
        'potluck_updates_total{outcome="accepted",reason="",run="r1"} 7',
        'potluck_updates_total{outcome="invalid",reason="norm",run="r1"} 2',
        'potluck_update_bytes_total{direction="down",run="r1"} 2000',
        'potluck_test_accuracy_ratio{run="r1"} 0.75',
      ].map((line): unknown => expect.stringMatching(sameLabels(line))),
    ),
  );
  expect(await lines()).toHaveLength(first.length);
  await runs.stop("r1", "enough");
  expect(await lines()).toContainEqual(
    expect.stringMatching(sameLabels('potluck_run_state{state="ended",run="r1"} 1')),
  );
});

/** A line with the same labels in any order. */
function sameLabels(line: string): RegExp {
  const [, name = "", labels = "", value = ""] = /^(\w+)\{(.*)\} (.*)$/.exec(line) ?? [];
  const ahead = labels.split(",").map((label) => `(?=.*${label})`);
  return new RegExp(`^${name}\\{${ahead.join("")}.*\\} ${value}$`);
}

test("what happens in between is counted as it happens", async () => {
  meters = metersOf(sampleRuns().runs);
  meters.noteAcknowledged(0.004);
  meters.noteAcknowledged(0.2);
  meters.noteRefused("token-expired");
  meters.noteTransferred("up", 100);
  meters.noteTransferred("up", 20);
  meters.noteRequest("/healthz", 200, 0.001);
  const told = await lines();
  expect(told).toContain('potluck_acknowledgement_seconds_bucket{le="0.005"} 1');
  expect(told).toContain("potluck_acknowledgement_seconds_count 2");
  expect(told).toContain('potluck_refused_total{code="token-expired"} 1');
  expect(told).toContain('potluck_http_transferred_bytes_total{direction="up"} 120');
  expect(told).toContain('potluck_http_request_duration_seconds_count{route="/healthz",status="200"} 1');
});

test("names follow the conventions: units and totals last, each with a help", async () => {
  meters = metersOf(sampleRuns().runs);
  const text = await meters.text();
  for (const [, name = "", type] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
    expect(text).toContain(`# HELP ${name} `);
    expect(name.endsWith("_total"), name).toBe(type === "counter");
  }
  expect(text).toMatch(/^process_resident_memory_bytes \d{7,}$/m);
  expect(text).toMatch(/^potluck_event_loop_delay_seconds \d/m);
});
