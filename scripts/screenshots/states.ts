/**
 * Pictures of what the studio shows where something is missing: nothing is called so, a key is asked for, nobody answers.
 *
 * @module
 */
import type { Page } from "./shoot.ts";

type Take = (
  page: Page,
  view: { readonly name: string; readonly hash: string; readonly ready: string; readonly isWhole: boolean },
) => Promise<void>;

/** Takes the states of the studio that a page shows. */
export async function takeStates(page: Page, take: Take): Promise<void> {
  await take(page, { name: "empty", hash: "#/methods/none", ready: ".card", isWhole: false });
  const unknown = { status: 401, json: { code: "key-missing", detail: "" } };
  await page.route("**/whoami", async (route) => route.fulfill(unknown));
  await page.reload();
  await take(page, { name: "locked", hash: "#/runs", ready: "form.key", isWhole: false });
  await page.unrouteAll();
  await page.route("**/v1/admin/**", async (route) => route.abort());
  await page.reload();
  await take(page, { name: "offline", hash: "#/runs", ready: ".card", isWhole: false });
  await page.unrouteAll();
}
