/**
 * What a device is asked into, before it joins.
 *
 * @module
 */
import { fieldsOf, jsonIn } from "../fields-of.ts";
import { linkIn } from "../link.ts";

/** What the runs call themselves that a link leads into; none where the coordinator does not tell. */
export async function invitedTo(coordinator: URL, hash: string): Promise<readonly string[]> {
  try {
    const { token, run } = linkIn(`${coordinator.href}${hash}`);
    const headers = token === "" ? {} : { authorization: `Bearer ${token}` };
    const answer = await fetch(new URL("v1/invitation", coordinator), { headers });
    return answer.ok ? namesIn(await answer.text(), run) : [];
  } catch {
    return [];
  }
}

/** The names in an answer: of the run that is meant, or of all. */
export function namesIn(text: string, wanted: string): readonly string[] {
  const { runs } = fieldsOf(jsonIn(text));
  if (!Array.isArray(runs)) return [];
  return runs
    .map((run: unknown) => fieldsOf(run))
    .flatMap(({ id, name }) => (typeof name === "string" && (wanted === "" || id === wanted) ? [name] : []));
}
