/**
 * What `potluck serve` says once it is up.
 *
 * @module
 */
import { counted } from "@potluck/comparison";
import type { CoordinatedRun, Coordinator } from "@potluck/server";
import type { ServeCommandOptions } from "./serve-options.ts";

/** A run of the coordinator. */
interface GreetedRun extends Pick<CoordinatedRun, "startClients"> {
  readonly record: Pick<CoordinatedRun["record"], "id" | "name">;
  readonly view: Pick<CoordinatedRun["view"], "ended" | "isPaused"> & {
    readonly status: Pick<CoordinatedRun["view"]["status"], "started">;
  };
}

/** A coordinator that is up. */
interface Greeted extends Pick<Coordinator, "url" | "link" | "keyFile"> {
  /** All runs that it hosts. */
  readonly runs: ReadonlyMap<string, GreetedRun>;
}

/** What is said of a run that has not ended when its coordinator closes. */
export function farewell({ view }: Pick<GreetedRun, "view">): string {
  return view.isPaused
    ? `The run stays paused, also when it is served again. ${RESUMED}`
    : "The run goes on when it is served again.";
}

const RESUMED = "It is resumed in the studio, by whoever has a key of the role operator.";

/** What whoever starts a coordinator for a run has to know. */
export function greeting(
  { url, link, keyFile, runs }: Greeted,
  run: GreetedRun,
  { open, host, tlsCert }: Pick<ServeCommandOptions, "open" | "host" | "tlsCert">,
): string {
  const { id } = run.record;
  const isReached = host !== "127.0.0.1" && host !== "localhost";
  const others = [...runs.values()].filter((other) => other.record.id !== id && other.view.ended === null);
  const own = others.length === 0 ? link : linkTo(link, id);
  return [
    `Devices join with: npx potluck join "${own}"`,
    `or in a browser: ${own.replace(/\/?(?=#|$)/u, "/join")}`,
    ...(open === true ? ["Everybody who reaches it may join: there is no token."] : []),
    ...(isReached && tlsCert === undefined ? ["What passes can be read on its way: there is no --tls-cert."] : []),
    stateWords(run),
    `Look after it with: npx potluck status ${url} --key-file ${keyFile}`,
    ...others.map((other) => otherWords(other, { url, keyFile })),
  ].join("\n");
}

function stateWords({ view: { isPaused, status }, startClients }: GreetedRun): string {
  if (isPaused) return `The run is paused: no task is given out. ${RESUMED}`;
  if (status.started !== null) return "The run has begun before, and goes on.";
  return `The run begins once ${counted(startClients, "device")} ${startClients === 1 ? "is" : "are"} there.`;
}

/** The link of a coordinator with the run in it that is to be joined. */
function linkTo(link: string, run: string): string {
  return link.includes("#") ? `${link}&run=${run}` : `${link}/#run=${run}`;
}

function otherWords({ record: { id, name } }: GreetedRun, { url, keyFile }: Pick<Greeted, "url" | "keyFile">): string {
  return (
    `The folder has another run that has not ended, "${name}", which goes on for as long as this one does; ` +
    `to end it: npx potluck stop ${url} --run ${id} --key-file ${keyFile}`
  );
}
