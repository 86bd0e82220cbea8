/**
 * The page that a coordinator shows to whoever opens its link: choose examples, start, see in words what this device does, leave.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { idxExamples, tableExamples, type FileContents } from "@potluck/data";
import { join, type DeviceData, type Ending, obstacleWords, type Participation, stateWords } from "../index.ts";
import { demoDigits } from "./demo-digits.ts";

/** The element of a kind with this id. */
function element<Kind extends Element>(id: string, kind: new () => Kind): Kind {
  const found = document.querySelector(`#${id}`);
  if (found instanceof kind) return found;
  throw new TypeError(`the page has no #${id}`);
}

const form = element("form", HTMLFormElement);
const start = element("start", HTMLButtonElement);
const leave = element("leave", HTMLButtonElement);
const coordinator = new URL("..", location.href);

let participation: Participation | null = null;
let answers = 0;

element("host", HTMLElement).textContent = coordinator.host;
form.addEventListener("change", showFields);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void takePart();
});
leave.addEventListener("click", () => void participation?.leave());
showFields();

function showFields(): void {
  const source = new FormData(form).get("source");
  for (const name of ["table", "idx"]) element(`${name}-fields`, HTMLElement).hidden = source !== name;
}

function say(text: string, id = "state"): void {
  element(id, HTMLElement).textContent = text;
}

async function takePart(): Promise<void> {
  start.disabled = true;
  answers = 0;
  try {
    say("This device gets ready: it loads what it trains with, and measures itself once.");
    participation = await join(`${coordinator.href}${location.hash}`, {
      data: await chosenData(new FormData(form)),
      tier: "page",
      limits: chosenLimits(new FormData(form)),
      onState: (state) => {
        if (state.kind === "joined") say(`What is trained: "${state.job}"`, "run");
        if (state.kind === "sending") answers += 1;
        if (state.kind === "waiting") say(answers === 1 ? "1 answer so far" : `${answers} answers so far`, "count");
        say(`This device ${stateWords(state)}.`);
      },
    });
    leave.disabled = false;
    say(endingWords(await participation.ended));
  } catch (error) {
    say(error instanceof Fault ? `${error.message}. ${error.remedy}` : String(error));
  } finally {
    [start.disabled, leave.disabled] = [false, true];
  }
}

function chosenLimits(given: FormData): Readonly<Record<"onlyWhenVisible" | "onlyOnPower" | "onlyUnmetered", boolean>> {
  return {
    onlyWhenVisible: given.has("onlyWhenVisible"),
    onlyOnPower: given.has("onlyOnPower"),
    onlyUnmetered: given.has("onlyUnmetered"),
  };
}

async function chosenData(given: FormData): Promise<DeviceData> {
  switch (given.get("source")) {
    case "table": {
      const [table] = await filesIn(given, "table");
      const target = given.get("target");
      if (table === undefined || typeof target !== "string" || target === "") {
        throw new Fault("option-invalid", "no table was chosen, or no column", "Choose a file, and name its column.");
      }
      return tableExamples(table, { target });
    }
    case "idx":
      return idxExamples(await filesIn(given, "idx"));
    default:
      return demoDigits();
  }
}

async function filesIn(given: FormData, name: string): Promise<readonly FileContents[]> {
  const files = given.getAll(name).filter((file) => file instanceof File && file.size > 0);
  return Promise.all(
    files.map(async (file) => {
      if (typeof file === "string") throw new TypeError("a file was expected");
      return { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) };
    }),
  );
}

function endingWords(ending: Ending): string {
  switch (ending.kind) {
    case "left":
      return "This device has left. Thank you.";
    case "sent-home":
      if (ending.code !== "run-ended") return `The coordinator has sent this device home: ${ending.detail}.`;
      return `It is over: ${ending.detail}. Thank you.`;
    case "spent":
      return `This device has left: ${obstacleWords(ending.obstacle)}. Thank you.`;
  }
}
