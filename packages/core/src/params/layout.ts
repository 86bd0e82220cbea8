/**
 * Layouts: how the tensors of a model lie in one flat vector. Parameters travel, are averaged and are stored as one
 * vector; the layout says which part of it is which tensor.
 *
 * @module
 */
import { invariant } from "../base/invariant.ts";

/** A tensor's name and shape; a shape of [] is a scalar. */
export interface TensorShape {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Where a tensor lies in the flat vector: elements [offset, offset + length). */
export interface TensorSlot extends TensorShape {
  readonly offset: number;
  readonly length: number;
}

/** The tensors of a model, one after another without gaps. */
export type Layout = readonly TensorSlot[];

/** The layout of `tensors` in the given order. Names must differ and every dimension be a whole number ≥ 0. */
export function layoutOf(tensors: readonly TensorShape[]): Layout {
  let offset = 0;
  const names = new Set<string>();
  return tensors.map(({ name, shape }) => {
    invariant(!names.has(name), `tensor names that differ, got "${name}" twice`);
    names.add(name);
    const slot = { name, shape: [...shape], offset, length: elementCount(shape) };
    offset += slot.length;
    return slot;
  });
}

/** The number of elements of a tensor of this shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => {
    invariant(Number.isSafeInteger(dimension) && dimension >= 0, `whole dimensions ≥ 0, got [${shape.join(", ")}]`);
    return product * dimension;
  }, 1);
}

/** The number of elements of all tensors together. */
export function layoutLength(layout: Layout): number {
  const last = layout.at(-1);
  return last === undefined ? 0 : last.offset + last.length;
}

/** The elements of one tensor: a view into `values`, not a copy. */
export function tensorOf(values: Float32Array, slot: TensorSlot): Float32Array {
  return values.subarray(slot.offset, slot.offset + slot.length);
}
