/**
 * How a connection begins: the version that both sides speak, and what a client signs.
 *
 * @module
 */

/** The versions of the protocol that this software speaks, the newest last. */
export const PROTOCOL_VERSIONS: readonly number[] = [1];

/** The newest version that both sides speak; null where there is none. */
export function agreedVersion(theirs: readonly number[], ours: readonly number[] = PROTOCOL_VERSIONS): number | null {
  const both = ours.filter((version) => theirs.includes(version));
  return both.length === 0 ? null : Math.max(...both);
}

const STATEMENT = "potluck-v1-join\n";

/** What a client signs to show that it holds its key: only a coordinator's nonce makes it differ, so that no signature is good twice. */
export function joinStatement(nonce: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = new TextEncoder().encode(STATEMENT);
  const statement = new Uint8Array(head.length + nonce.length);
  statement.set(head);
  statement.set(nonce, head.length);
  return statement;
}
