/**
 * Reading a message once where it is read twice: to look for a defect, and to add it up.
 *
 * @module
 */

/** What a payload says to a model of so many parameters. */
type Read<Reading> = (payload: Uint8Array, length: number) => Reading;

/** Ways to read a payload that go by the same function. */
interface ReadOnce<Reading> {
  /** Reads it, whatever was read before, and keeps what came of it for as long as the payload is kept and no other is read. */
  readonly first: Read<Reading>;
  /** What came of it when it was read last, if it was; else reads it. It must not have changed meanwhile. */
  readonly again: Read<Reading>;
}

/** Both ways, by `read`. */
export function readOnce<Reading>(read: Read<Reading>): ReadOnce<Reading> {
  let last = new WeakMap<Uint8Array, { readonly length: number; readonly reading: Reading }>();
  return {
    first: (payload, length) => {
      const reading = read(payload, length);
      last = new WeakMap([[payload, { length, reading }]]);
      return reading;
    },
    again: (payload, length) => {
      const known = last.get(payload);
      return known?.length === length ? known.reading : read(payload, length);
    },
  };
}
