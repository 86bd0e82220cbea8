import { clientId, Fault } from "@potluck/core";
import { expect, test } from "vitest";
import { bytes } from "../byte-size.ts";
import { chosenLimits, limitWords } from "./chosen-limits.ts";
import { invitationIn } from "./invitation.ts";
import { farewellOf, givenRows, mishapOf, nothingGiven, objectionTo, sayingOf } from "./words.ts";

test.each([
  [{ kind: "connecting", failures: 0 }, true, { text: "Connects to there.", mood: "waiting", isNews: false }],
  [
    { kind: "connecting", failures: 1 },
    true,
    { text: "Cannot reach there. It tries again by itself.", mood: "away", isNews: true },
  ],
  [
    { kind: "connecting", failures: 2 },
    true,
    { text: "Cannot reach there. It tries again by itself.", mood: "away", isNews: false },
  ],
  [
    { kind: "connecting", failures: 2 },
    false,
    { text: "This device is offline. It goes on by itself once it is connected.", mood: "away", isNews: true },
  ],
  [
    { kind: "joined", client: clientId(0), job: "x", modelBytes: 1 },
    true,
    { text: "Takes part, and waits for work.", mood: "waiting", isNews: true },
  ],
  [{ kind: "training", task: 1 }, true, { text: "Trains on your examples.", mood: "working", isNews: false }],
  [
    { kind: "answered", task: 1, outcome: "late" },
    true,
    { text: "Its last answer came too late to count.", mood: "waiting", isNews: false },
  ],
  [
    { kind: "resting", obstacle: "on-battery" },
    true,
    { text: "Rests: it runs on its battery. It goes on by itself.", mood: "resting", isNews: true },
  ],
] as const)("%o is told in words", (state, isOnline, saying) => {
  expect(sayingOf(state, "there", isOnline)).toEqual(saying);
});

test("answers that count are counted and not told", () => {
  expect(sayingOf({ kind: "answered", task: 1, outcome: "accepted" }, "there", true)).toBeNull();
});

test("an ending is told with what to do, and whether it is as it should be", () => {
  expect(farewellOf({ kind: "sent-home", code: "run-ended", detail: "the target is reached" }, 3)).toEqual({
    title: "It is over. Thank you.",
    remedy: "The target is reached.",
    isWell: true,
  });
  expect(farewellOf({ kind: "sent-home", code: "token-used", detail: "it is used up" }, 0).isWell).toBe(false);
  expect(farewellOf({ kind: "spent", obstacle: "time-spent" }, 1).remedy).toMatch(/^It has trained for as long/);
  expect(mishapOf(new Fault("data-invalid", "no examples", "Choose some.")).remedy).toBe("No examples. Choose some.");
});

test("who gave nothing that counts is not thanked, and hears what is left and what it would take", () => {
  const shortage = { bytes: 204_000, left: 100_000 };
  const short = { kind: "spent", obstacle: "bytes-short", shortage } as const;
  const said = "What comes next takes 204 kB, and 100 kB are left of what you allowed.";
  expect(farewellOf(short, 0)).toEqual({
    title: "Your limit is too small for this",
    remedy: `${said} Allow more to take part.`,
    isWell: false,
  });
  expect(farewellOf(short, 2)).toEqual({
    title: "You have come to your limit. Thank you.",
    remedy: said,
    isWell: true,
  });
  const used = { kind: "spent", obstacle: "bytes-spent" } as const;
  expect(farewellOf(used, 0).title).toBe("Your limit is used up");
  expect(farewellOf(used, 2).title).toBe("You have given what you wanted. Thank you.");
});

test("limits of a form are those of the client, and are told in a sentence", () => {
  const form = new FormData();
  form.set("onlyOnPower", "on");
  form.set("minutes", "1.5");
  form.set("megabytes", "20");
  const limits = chosenLimits(form);
  expect(limits).toEqual({
    onlyWhenVisible: false,
    onlyWhenIdle: false,
    onlyOnPower: true,
    onlyUnmetered: false,
    secondsOfTraining: 90,
    bytes: 20e6,
  });
  expect(limitWords(limits)).toBe(
    "Your limits: only while the device is plugged in; at most 1.5 minutes of training and 20 MB up and down.",
  );
  expect(limitWords(chosenLimits(new FormData()))).toBe("You have set no limits.");
});

test("what was given has a row for each number", () => {
  const rows = givenRows({ ...nothingGiven, answers: 1200, trainingSeconds: 200, bytesUp: 2_400_000 });
  expect(rows.map(([, value]) => value)).toEqual(["1,200", "0", "3 min 20 s", "2.4 MB", "0 B"]);
  expect(bytes(999)).toBe("999 B");
});

test("what a device is asked into is the run that a link means, or all", () => {
  const answer = JSON.stringify({ runs: [{ id: "a", name: "digits" }, { id: "b", name: "text" }, { id: "c" }] });
  expect(invitationIn(200, answer, "")).toEqual({ names: ["digits", "text"] });
  expect(invitationIn(200, answer, "b")).toEqual({ names: ["text"] });
  expect(invitationIn(200, "rubbish", "")).toBeNull();
  expect(invitationIn(502, answer, "")).toBeNull();
});

test("why a link leads nowhere is told, also where no run goes on", () => {
  const refusal = { code: "token-revoked", detail: "the token was taken back: ask for another one" };
  const refused = invitationIn(401, JSON.stringify(refusal), "");
  expect(refused).toEqual({ refusal });
  expect(objectionTo({ refusal })).toEqual({
    title: "This link is not good",
    remedy:
      "The token was taken back: ask for another one. A device that has taken part before may start all the same.",
  });
  expect(objectionTo({ names: [] })?.title).toBe("No run goes on");
  expect(objectionTo({ names: ["digits"] })).toBeNull();
});
