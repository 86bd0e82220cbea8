/**
 * The page that a coordinator shows to whoever opens its link: choose examples and limits, start, see in words what this device does and
 * what it has given, leave.
 *
 * @module
 */
import { join, type Participation } from "../index.ts";
import { chosenData } from "./choices.ts";
import { chosenLimits } from "./chosen-limits.ts";
import { dashboardFor } from "./dashboard.ts";
import { invitedTo } from "./invitation.ts";
import { element, show, write, writeRows } from "./elements.ts";
import { type Farewell, farewellOf, givenRows, mishapOf } from "./words.ts";

const form = element("form", HTMLFormElement);
const leave = element("leave", HTMLButtonElement);
const coordinator = new URL("..", location.href);

let participation: Participation | null = null;

write("host", coordinator.host);
write("asks", coordinator.host);
form.addEventListener("change", showFields);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void takePart(new FormData(form));
});
leave.addEventListener("click", () => {
  leave.disabled = true;
  write("state", "Leaves, and gives back what it has not finished.");
  void participation?.leave().catch(() => {});
});
element("again", HTMLButtonElement).addEventListener("click", () => {
  show("invitation", "start");
});
showFields();
void invitation();

/** Says what this device is asked into, where the coordinator tells that before anybody joins. */
async function invitation(): Promise<void> {
  const names = await invitedTo(coordinator, location.hash);
  if (names.length === 0) return;
  write("offered", new Intl.ListFormat("en", { type: "disjunction" }).format(names));
  element("invited-to", HTMLElement).hidden = false;
}

function showFields(): void {
  const source = new FormData(form).get("source");
  for (const name of ["table", "idx"]) element(`${name}-fields`, HTMLElement).hidden = source !== name;
}

async function takePart(given: FormData): Promise<void> {
  const limits = chosenLimits(given);
  const dashboard = dashboardFor(coordinator.host, limits);
  show("part", "run");
  try {
    const data = await chosenData(given);
    participation = await join(`${coordinator.href}${location.hash}`, {
      data,
      tier: "page",
      limits,
      onState: dashboard.tell,
    });
    dashboard.follow(participation);
    leave.disabled = false;
    say(farewellOf(await participation.ended));
  } catch (error) {
    say(mishapOf(error));
  } finally {
    dashboard.stop();
    leave.disabled = true;
    participation = null;
  }
}

function say({ title, remedy, isWell }: Farewell): void {
  write("ending", title);
  write("remedy", remedy);
  const given = participation?.contribution();
  const sum = element("sum", HTMLElement);
  sum.replaceChildren();
  if (given !== undefined && given.bytesDown > 0) writeRows("sum", givenRows(given));
  element("over", HTMLElement).dataset["kind"] = isWell ? "over" : "wrong";
  show("over", "ending");
  write("said", `${title} ${remedy}`);
}
