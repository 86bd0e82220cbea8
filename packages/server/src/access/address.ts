/**
 * Addresses as limits count them.
 *
 * @module
 */
import { isIPv6 } from "node:net";

/**
 * Who an address stands for: an IPv4 address for itself, also where it comes as IPv6, an IPv6 address for its network of 64 bits, for
 * that is the least that anybody is given.
 */
export function networkOf(address: string): string {
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? [];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = "", tail] = (address.split("%")[0] ?? "").split("::");
  const front = groupsIn(head);
  const back = tail === undefined ? [] : groupsIn(tail);
  const zeros = Array.from({ length: Math.max(0, GROUPS - front.length - back.length) }, () => "0");
  const groups = tail === undefined ? front : [...front, ...zeros, ...back];
  return `${groups
    .slice(0, NETWORK_GROUPS)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}

const GROUPS = 8;
const NETWORK_GROUPS = 4;

/** The groups of 16 bits in a part of an address; an IPv4 address at its end stands for two. */
function groupsIn(part: string): readonly string[] {
  if (part === "") return [];
  return part.split(":").flatMap((group) => (group.includes(".") ? ["0", "0"] : [group]));
}
