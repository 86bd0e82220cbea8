import { measured, sampleArm, sampleOutcome, steadyArm } from "@potluck/testkit";
import { compareArms } from "@potluck/comparison";
import { Window } from "happy-dom";
import { describe, expect, test } from "vitest";
import { renderComparison } from "./render-comparison.ts";

const cheap = sampleOutcome([measured(0, 0, 0.1, 0), measured(1, 4, 0.4, 50), measured(2, 10, 0.7, 100)]);
const dear = sampleOutcome([measured(0, 0, 0.1, 0), measured(1, 4, 0.6, 100), measured(2, 10, 0.7, 200)]);
const other = sampleOutcome([measured(0, 0, 0.1, 0), measured(1, 4, 0.5, 50), measured(2, 10, 0.9, 100)]);
const arms = [sampleArm("plain", cheap, other), sampleArm("<b>bold</b>", dear, dear)] as const;
const about = {
  title: "Plain or bold",
  command: "npx potluck compare a.json b.json --seeds 2",
  rerun: "npx potluck rerun <run>",
};

type Page = InstanceType<typeof Window>["document"];

async function pageOf(compared: Parameters<typeof compareArms>[0]): Promise<Page> {
  const { document } = new Window();
  document.write(await renderComparison(compareArms(compared), about));
  return document;
}

/** The cells of the row that begins with this heading, in the table under this caption. */
function cells(document: Page, table: number, heading: string): readonly string[] {
  const rows = [...(document.querySelectorAll("table")[table]?.querySelectorAll("tbody tr") ?? [])];
  const row = rows.find((candidate) => candidate.querySelector("th")?.textContent.trim() === heading);
  return [...(row?.querySelectorAll("td") ?? [])].map(({ textContent }) => textContent.replaceAll("\u00a0", " "));
}

/** The file behind the link of this name. */
function csv(document: Page, name: string): readonly string[] {
  const address = document.querySelector(`a[download="${name}.csv"]`)?.getAttribute("href") ?? "";
  return decodeURIComponent(address.replace("data:text/csv;charset=utf-8,", "")).trimEnd().split("\r\n");
}

describe("the page of a comparison", () => {
  test("has means, spreads and differences, by hand", async () => {
    const document = await pageOf(arms);
    // at 100 B: 0.7 and 0.9 against 0.6 and 0.6; differences −0.1, −0.3: mean −0.2, s = 0.2/√2, half 12.706 · 0.1 = 1.2706
    expect(cells(document, 1, "<b>bold</b>").slice(0, 2)).toEqual(["60.0% ± 0%", "−20.0 points (−147.1 to +107.1)"]);
    expect(cells(document, 1, "plain").slice(0, 2)).toEqual(["80.0% ± 14.1%", ""]);
  });

  test("marks the best score of a row, and those that are lost", async () => {
    const document = await pageOf([steadyArm("plain", 9, cheap), steadyArm("<b>bold</b>", 9, dear)]);
    const classes = [...document.querySelectorAll("td.best, td.lost")].map((cell) => [
      cell.parentElement?.querySelector("th")?.textContent.trim(),
      cell.className,
      cell.textContent.replaceAll("\u00a0", " "),
    ]);
    expect(classes).toEqual([
      ["sent by clients", "best", "50 B ± 0 B"],
      ["sent by clients", "lost", "100 B ± 0 B"],
      ["sent to clients", "best", "50 B ± 0 B"],
      ["sent to clients", "lost", "100 B ± 0 B"],
    ]);
    const verdicts = [...document.querySelectorAll(".verdicts div")].map(({ textContent }) =>
      textContent.replaceAll(/\s+/g, " ").trim(),
    );
    expect(verdicts[0]).toBe(
      "plain loses to none of the four enemies at the 5% level, corrected for the number of scores",
    );
    expect(verdicts[1]).toContain("bottleneck: sent by clients 100 B, plain 50 B");
  });

  test("decides nothing on two seeds, and says so", async () => {
    const document = await pageOf(arms);
    expect(document.querySelectorAll("td.lost")).toHaveLength(0);
    expect(document.querySelector(".verdicts")?.textContent).toContain(": fewer than 3 seeds decide nothing");
  });

  test("says of a target that was never reached on how many seeds it was, and who loses by it", async () => {
    const target = { targetAccuracy: 0.65 };
    const never = sampleOutcome([measured(0, 0, 0.1, 0), measured(2, 10, 0.5, 100)], target);
    const reached = sampleOutcome([measured(0, 0, 0.1, 0), measured(2, 10, 0.7, 100)], target);
    const document = await pageOf([sampleArm("a", never, never, never), sampleArm("b", reached, never, reached)]);
    expect(cells(document, 4, "time to target (virtual)")).toEqual([
      "at 65.0%",
      "never (0 of 3 seeds)",
      "10 s ± 0 s (2 of 3 seeds)",
    ]);
    // 0 of 3 against 2 of 3: p = 2 · 0.5^2
    expect(document.querySelectorAll("td.lost")).toHaveLength(0);
    const always = await pageOf([steadyArm("a", 9, never), steadyArm("b", 9, reached)]);
    expect([...always.querySelectorAll("td.lost")].map(({ textContent }) => textContent)).toEqual([
      "never (0 of 9 seeds)",
      "never (0 of 9 seeds)",
    ]);
    const [verdict] = [...always.querySelectorAll(".verdicts div")].map(({ textContent }) => textContent);
    expect(verdict?.replaceAll(/\s+/g, " ")).toContain("delay: time to target never (0 of 9 seeds), b 10 s");
  });

  test("draws every chart at two widths", async () => {
    const document = await pageOf(arms);
    expect(document.querySelectorAll(".wide svg").length).toBe(7);
    expect(document.querySelectorAll(".narrow svg").length).toBe(7);
    expect(document.body.textContent).not.toContain("NaN");
  });

  test("holds the numbers of every chart as files", async () => {
    const document = await pageOf(arms);
    expect(csv(document, "accuracy-by-virtualSeconds")).toEqual([
      "arm,virtualSeconds,meanAccuracy,meanMinusDeviation,meanPlusDeviation",
      "plain,0,0.1,0.1,0.1",
      expect.stringMatching(/^plain,4,0\.45,0\.379/),
      expect.stringMatching(/^plain,10,0\.8,0\.658/),
      "<b>bold</b>,0,0.1,0.1,0.1",
      "<b>bold</b>,4,0.6,0.6,0.6",
      "<b>bold</b>,10,0.7,0.7,0.7",
    ]);
    expect(csv(document, "participation")).toContain("plain,2,1,1x,2,1");
    expect(csv(document, "client-accuracy")).toContain("plain,1,0,1x,10,0.5");
    expect(csv(document, "staleness")).toContain("plain,1,0,1,2");
    expect(csv(document, "numbers")).toContain("accuracy-at-equal-bytes,share,higher,plain,2,0.9,true");
  });

  test("its file of numbers tells what was not measured from what the run never had", async () => {
    const target = { targetAccuracy: 0.95 };
    const [seldom, often] = [
      sampleOutcome([measured(0, 0, 0.1, 0), measured(30, 30, 0.6, 300)], target),
      sampleOutcome([measured(0, 0, 0.1, 0), measured(6, 30, 0.6, 100)], target),
    ];
    const document = await pageOf([sampleArm("seldom", seldom), sampleArm("often", often)]);
    expect(csv(document, "numbers")).toContain("time-to-target,seconds,lower,seldom,1,,true");
    expect(csv(document, "numbers")).toContain("accuracy-at-equal-bytes,share,higher,seldom,1,,false");
  });

  test("says beside a score how many seeds would decide it", async () => {
    const document = await pageOf([steadyArm("plain", 5, cheap), steadyArm("bold", 5, dear)]);
    expect(cells(document, 3, "sent by clients")).toEqual([
      "at 4 updates",
      "50 B ± 0 B",
      "100 B ± 0 B",
      "too few seeds to decide: 9 are needed",
    ]);
    expect(cells(document, 3, "idle time")).toHaveLength(4);
  });

  test("says what is missing where nothing was measured, and nothing of spreads for one seed", async () => {
    const nothing = sampleOutcome([], { clients: [] });
    const document = await pageOf([sampleArm("a", nothing), sampleArm("b", nothing)]);
    expect(document.body.textContent).toContain("No version of any model was evaluated.");
    expect(document.body.textContent).toContain("No client's own accuracy was measured.");
    expect(document.body.textContent).toContain("One seed tells no spread");
    expect(document.body.textContent).not.toContain("NaN");
  });

  test("shows what was really optimised where the runs know it", async () => {
    const heardAlike = { asked: 0.5, realised: 0.5, bias: 0, standardError: 0.1 };
    const clients = [
      { asked: 0.25, realised: 0.75, bias: 0.5, standardError: 0.1 },
      { asked: 0.75, realised: 0.25, bias: -0.5, standardError: 0.1 },
    ];
    const fair = { ...cheap, effectiveObjective: { clients: [heardAlike, heardAlike], bias: 0, effectiveClients: 2 } };
    const unfair = { ...cheap, effectiveObjective: { clients, bias: 0.5, effectiveClients: 1.6 } };
    const document = await pageOf([sampleArm("a", fair, fair), sampleArm("b", unfair, unfair)]);
    expect(document.body.textContent).toContain("b gave 50.0% of all pull to the wrong clients.");
    expect(csv(document, "effective-objective")).toContain("b,2,1,0.75,0.25,-0.5,0.1");
    expect((await pageOf(arms)).body.textContent).not.toContain("optimised");
  });

  test("says of an arm that heard no client that it did not, rather than that it was fair to all", async () => {
    const clients = [{ asked: 1, realised: 0, bias: -1, standardError: 0.1 }];
    const effectiveObjective = { clients, bias: 0, effectiveClients: null };
    const nobody = sampleOutcome([measured(0, 0, 0.1, 0)], { effectiveObjective });
    const off = { ...cheap, effectiveObjective: { ...effectiveObjective, bias: 0.5 } };
    const { body } = await pageOf([sampleArm("a", nobody, nobody), sampleArm("b", off, nobody)]);
    const text = body.textContent.replaceAll("\u00a0", " ");
    expect(text).toContain("a heard no client.");
    expect(text).toContain("b gave 50.0% of all pull to the wrong clients; in 1 run it heard no client.");
    expect(text).not.toContain("a gave 0%");
  });

  test("is the same text for the same runs", async () => {
    const [first, second] = [
      await renderComparison(compareArms(arms), about),
      await renderComparison(compareArms(arms), about),
    ];
    expect(first === second).toBe(true);
  });
});
