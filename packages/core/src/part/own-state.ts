/**
 * State that is opaque to whoever keeps it. Where parts meet, their state types are hidden: the keeper stores a state
 * and hands it back to the part that made it, and to no other.
 *
 * @module
 */

/** `state` as its maker knows it. Sound because the keeper hands a part only what this very part made, or its copy. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the contract that is met says which type it is
export function ownState<State>(state: unknown): State {
  // oxlint-disable-next-line potluck/no-type-assertion -- the keeper's promise above is what the compiler cannot know
  return state as State;
}
