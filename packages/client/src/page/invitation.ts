/**
 * What a device is asked into, before it joins.
 *
 * @module
 */
import { fieldsOf, jsonIn } from "../fields-of.ts";
import { linkIn } from "../link.ts";

const [OK, UNAUTHORIZED] = [200, 401];

/** What a coordinator says to a link, before anybody joins: what its runs call themselves, or why it opens nothing. */
export type Invitation =
  { readonly names: readonly string[] } | { readonly refusal: { readonly code: string; readonly detail: string } };

/** What a link leads into; null where the coordinator does not tell. */
export async function invitedTo(coordinator: URL, hash: string): Promise<Invitation | null> {
  try {
    const { token, run } = linkIn(`${coordinator.href}${hash}`);
    const headers = token === "" ? {} : { authorization: `Bearer ${token}` };
    const answer = await fetch(new URL("v1/invitation", coordinator), { headers });
    return invitationIn(answer.status, await answer.text(), run);
  } catch {
    return null;
  }
}

/** What an answer says of the run that is meant, or of all; null where it says nothing. */
export function invitationIn(status: number, text: string, wanted: string): Invitation | null {
  const { runs, code, detail } = fieldsOf(jsonIn(text));
  if (status === UNAUTHORIZED && typeof code === "string" && typeof detail === "string") {
    return { refusal: { code, detail } };
  }
  return status === OK && Array.isArray(runs) ? { names: namesOf(runs, wanted) } : null;
}

function namesOf(runs: readonly unknown[], wanted: string): readonly string[] {
  return runs
    .map((run) => fieldsOf(run))
    .flatMap(({ id, name }) => (typeof name === "string" && (wanted === "" || id === wanted) ? [name] : []));
}
