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
import { type Farewell, farewellOf, givenRows, mishapOf, objectionTo } from "./words.ts";

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
addEventListener("hashchange", () => void invitation());

/**
 * Says what this device is asked into, where the coordinator tells that before anybody joins, or why the link leads nowhere. It may be started
 * all the same: a device that the coordinator knows needs no link.
 */
async function invitation(): Promise<void> {
  const { hash } = location;
  const invited = await invitedTo(coordinator, hash);
  // Another link may be there by now.
  if (hash !== location.hash) return;
  const names = invited !== null && "names" in invited ? invited.names : [];
  write("offered", new Intl.ListFormat("en", { type: "disjunction" }).format(names));
  element("invited-to", HTMLElement).hidden = names.length === 0;
  const objection = invited === null ? null : objectionTo(invited);
  element("objection", HTMLElement).hidden = objection === null;
  if (objection === null) return;
  write("objection-title", objection.title);
  write("objection-remedy", objection.remedy);
  write("said", `${objection.title}. ${objection.remedy}`);
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
    const ending = await participation.ended;
    say(farewellOf(ending, participation.contribution().answers));
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
