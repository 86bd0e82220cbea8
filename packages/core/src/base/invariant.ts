/**
 * Bugs are loud. An invariant that does not hold is a mistake in Potluck itself, never in the user's input
 * (that is a {@link Fault}), and is never caught.
 *
 * @module
 */

/** Thrown by {@link invariant}: the program contradicts itself. */
export class InvariantViolation extends Error {
  override readonly name = "InvariantViolation";
}

/** Throws {@link InvariantViolation} with `message` unless `condition` holds. */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantViolation(message);
}

/**
 * `value` itself, which must be there; throws {@link InvariantViolation} naming `what` when it is not, and `which` of
 * them: a number of its own, because a text would have to be made even where nothing is missing.
 */
export function present<T>(value: T | null | undefined, what: string, which?: number): T {
  if (value === null || value === undefined) {
    throw new InvariantViolation(`${which === undefined ? what : `${what} ${which}`} is missing`);
  }
  return value;
}

/** Marks a case that the types rule out. */
export function unreachable(value: never): never {
  throw new InvariantViolation(`unexpected case: ${JSON.stringify(value)}`);
}
