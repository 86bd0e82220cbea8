/**
 * Parts that tasks name, made once for all tasks that name the same.
 *
 * @module
 */
import { catalogue, type Codec, type Feedback, makePart, type PartReference } from "@potluck/core";

/** The codec that is named. */
export const codecOf: (part: PartReference) => Codec = once((part) => makePart("codec", catalogue.codec, part));

/** The feedback that is named. */
export const feedbackOf: (part: PartReference) => Feedback = once((part) =>
  makePart("feedback", catalogue.feedback, part),
);

/** What `make` makes of a part, for as long as somebody names it: tasks of a plan share what names its parts. */
function once<Made>(make: (part: PartReference) => Made): (part: PartReference) => Made {
  const known = new WeakMap<PartReference, Made>();
  return (part) => {
    const made = known.get(part) ?? make(part);
    known.set(part, made);
    return made;
  };
}
