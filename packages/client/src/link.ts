/**
 * Links to a coordinator: `https://host:port/#token=…&run=…`. What is behind the # never leaves the device that opens the link.
 *
 * @module
 */
import { Fault } from "@potluck/core";

/** Where a coordinator is, and what lets a new device in. */
export interface Link {
  /** "https://host:port", perhaps with a path, without a slash at its end. */
  readonly url: string;
  /** "" for none. */
  readonly token: string;
  /** The run to join, where there are several; "" where nothing is said. */
  readonly run: string;
}

/** What a link says. Throws Fault "option-invalid" where it is none. */
export function linkIn(text: string): Link {
  const address = URL.parse(text);
  if (address === null || !/^https?:$/.test(address.protocol)) {
    const remedy = "Give it as the coordinator prints it: http://host:port, or with #token=… behind it.";
    throw new Fault("option-invalid", `"${text}" is no address of a coordinator`, remedy);
  }
  const said = new URLSearchParams(address.hash.slice(1));
  const path = address.pathname.replace(/\/(?:join|client\/join\.html)?\/*$/, "");
  return { url: `${address.origin}${path}`, token: said.get("token") ?? "", run: said.get("run") ?? "" };
}
