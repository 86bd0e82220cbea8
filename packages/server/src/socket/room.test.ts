import { join } from "node:path";
import { expect, test } from "vitest";
import { sampleSite } from "../abuse/sample-coordinator.ts";
import { sampleKey } from "../abuse/sample-device.ts";
import { openBlobs } from "../store/blobs.ts";
import type { HostedEvent } from "../store/journal.ts";
import { openUploads } from "../store/uploads.ts";
import { openRoom } from "./room.ts";

/** A clock that goes on when it is told to. */
function sampleClock() {
  const timers = new Set<{ readonly due: number; readonly callback: () => void }>();
  let now = 0;
  return {
    wall: () => now,
    steady: () => now,
    after: (seconds: number, callback: () => void) => {
      const timer = { due: now + seconds, callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    pass: (until: number) => {
      for (;;) {
        const [next] = [...timers].filter(({ due }) => due <= until).toSorted((a, b) => a.due - b.due);
        if (next === undefined) break;
        timers.delete(next);
        now = next.due;
        next.callback();
      }
      now = until;
    },
  };
}

test("silence counts from when a client was last heard of, also where its connection breaks later", async () => {
  const site = await sampleSite();
  const clock = sampleClock();
  const happened: HostedEvent[] = [];
  const nothing = (): void => {};
  const room = await openRoom(
    {
      clock,
      blobs: openBlobs(join(site.folder, "other-blobs")),
      uploads: openUploads(join(site.folder, "other-uploads")),
      heartbeatSeconds: 5,
      silenceSeconds: 40,
      onAcknowledged: nothing,
      onMismatch: nothing,
      bears: () => true,
      onConnected: nothing,
    },
    async () => ({ ...site.run, happened: (event) => void happened.push(event) }),
  );
  const enter = async (device: string) => {
    const profile = {
      examples: 10,
      tier: "",
      flopsPerSecond: null,
      uploadBytesPerSecond: null,
      downloadBytesPerSecond: null,
    };
    const said = { versions: [1], run: "", token: "", software: "", openTasks: [], deviceKey: sampleKey().publicKey };
    const hello = { kind: "hello", ...said, deviceKey: Uint8Array.from(said.deviceKey), profile } as const;
    return room.letIn({ device, hello, line: { send: nothing, close: nothing } });
  };
  const [silent, breaking] = [await enter("aa"), await enter("bb")];
  clock.pass(10);
  silent.hear({ kind: "heartbeat" });
  breaking.hear({ kind: "heartbeat" });
  clock.pass(30);
  breaking.lose();
  clock.pass(49);
  expect(happened).toEqual([]);
  clock.pass(50);
  expect(happened).toMatchObject([{ kind: "left", client: 1 }]);
  // Silence over a connection is noticed at the latest a quarter of it later.
  clock.pass(60);
  expect(happened).toMatchObject([{ client: 1 }, { kind: "left", client: 0 }]);
  room.close("");
}, 30_000);
