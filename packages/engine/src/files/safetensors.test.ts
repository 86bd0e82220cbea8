import { layoutLength, layoutOf } from "@potluck/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { paramsFromFile, readSafetensors, writeSafetensors } from "./safetensors.ts";

const names = fc.uniqueArray(
  fc.string({ maxLength: 8 }).filter((name) => name !== "__metadata__" && name !== "__proto__"),
  { maxLength: 4 },
);
const shapes = fc.array(fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }), { minLength: 4, maxLength: 4 });

/** A file with this header and so many bytes of data. */
function fileOf(header: unknown, dataBytes: number): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + text.length + dataBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  return file;
}

test("what is written is read back bit for bit, NaN payloads and signed zeros included", () => {
  fc.assert(
    fc.property(names, shapes, fc.array(fc.integer(), { minLength: 1 }), (tensorNames, dimensions, words) => {
      const layout = layoutOf(tensorNames.map((name, i) => ({ name, shape: dimensions[i] ?? [] })));
      const bits = Int32Array.from({ length: layoutLength(layout) }, (_, i) => words[i % words.length] ?? 0);
      const read = readSafetensors(writeSafetensors(layout, new Float32Array(bits.buffer), { format: "pt" }));
      expect(new Int32Array(read.values.buffer)).toEqual(bits);
      expect(read.layout.toSorted(byName)).toEqual(layout.toSorted(byName));
      expect(read.metadata).toEqual({ format: "pt" });
    }),
  );
});

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

test("the data begin at a multiple of eight bytes", () => {
  for (const name of ["a", "ab", "abc", "abcd"]) {
    const file = writeSafetensors(layoutOf([{ name, shape: [1] }]), Float32Array.of(1));
    expect((file.length - 4) % 8).toBe(0);
  }
});

test("tensors are read in the order of their data, whatever the order of the header", () => {
  const header = {
    b: { dtype: "F32", shape: [1], data_offsets: [4, 8] },
    a: { dtype: "F32", shape: [], data_offsets: [0, 4] },
  };
  expect(readSafetensors(fileOf(header, 8)).layout.map(({ name }) => name)).toEqual(["a", "b"]);
});

test("a file at an odd address inside a larger buffer is read", () => {
  const file = writeSafetensors(layoutOf([{ name: "a", shape: [2] }]), Float32Array.of(1.5, -2));
  const larger = new Uint8Array(file.length + 1);
  larger.set(file, 1);
  expect([...readSafetensors(larger.subarray(1)).values]).toEqual([1.5, -2]);
});

test.each<[string, Uint8Array]>([
  ["a file of seven bytes", new Uint8Array(7)],
  ["a header longer than the file", Uint8Array.of(200, 0, 0, 0, 0, 0, 0, 0, 123, 125)],
  ["a header that is not JSON", fileOf("{", 0)],
  ["a header that is a list", fileOf([], 0)],
  ["a tensor that is not described", fileOf({ a: 1 }, 0)],
  ["an element type that is no text", fileOf({ a: { dtype: 5, shape: [2], data_offsets: [0, 4] } }, 4)],
  ["a range that does not fit the element type", fileOf({ a: { dtype: "F16", shape: [1], data_offsets: [0, 4] } }, 4)],
  ["a negative dimension", fileOf({ a: { dtype: "F32", shape: [-1], data_offsets: [0, 4] } }, 4)],
  ["a range of one number", fileOf({ a: { dtype: "F32", shape: [1], data_offsets: [4] } }, 4)],
  ["a range that does not fit the shape", fileOf({ a: { dtype: "F32", shape: [2], data_offsets: [0, 4] } }, 4)],
  ["data that nothing describes", fileOf({ a: { dtype: "F32", shape: [1], data_offsets: [0, 4] } }, 8)],
  ["data that are cut off", fileOf({ a: { dtype: "F32", shape: [1], data_offsets: [0, 4] } }, 3)],
  ["a gap between tensors", fileOf({ a: { dtype: "F32", shape: [1], data_offsets: [4, 8] } }, 8)],
  ["metadata that are not texts", fileOf({ __metadata__: { a: 1 } }, 0)],
])("%s is refused", (_, bytes) => {
  expect(() => readSafetensors(bytes)).toThrow(expect.objectContaining({ code: "file-corrupt" }));
});

/** A file of one tensor "a" with these bytes. */
function oneTensor(dtype: string, shape: readonly number[], data: ArrayBufferView): Uint8Array {
  const file = fileOf({ a: { dtype, shape, data_offsets: [0, data.byteLength] } }, data.byteLength);
  file.set(new Uint8Array(data.buffer), file.length - data.byteLength);
  return file;
}

test.each<[string, ArrayBufferView, readonly number[]]>([
  ["F64", Float64Array.of(0.1, -(2 ** 40)), [Math.fround(0.1), -(2 ** 40)]],
  // 1.5 = 0 01111 10…, −2^−24 is the smallest denormal number; 1.5 = 0 01111111 10… in bfloat16.
  ["F16", Uint16Array.of(0x3e00, 0x8001), [1.5, -(2 ** -24)]],
  ["BF16", Uint16Array.of(0x3fc0, 0xc000), [1.5, -2]],
  ["I64", BigInt64Array.of(3n, -(2n ** 24n)), [3, -(2 ** 24)]],
  ["I32", Int32Array.of(7, -7), [7, -7]],
  ["I16", Int16Array.of(7, -7), [7, -7]],
  ["I8", Int8Array.of(7, -7), [7, -7]],
  ["U64", BigUint64Array.of(3n, 5n), [3, 5]],
  ["U32", Uint32Array.of(3, 5), [3, 5]],
  ["U16", Uint16Array.of(3, 65_535), [3, 65_535]],
  ["U8", Uint8Array.of(3, 255), [3, 255]],
  ["BOOL", Uint8Array.of(0, 1), [0, 1]],
])("tensors of %s are read as float32", (dtype, data, expected) => {
  expect([...readSafetensors(oneTensor(dtype, [2], data)).values]).toEqual(expected);
});

test("what a PyTorch module with batch normalisation counts is no obstacle to its parameters", () => {
  const header = {
    "bn.weight": { dtype: "F32", shape: [2], data_offsets: [8, 16] },
    "bn.num_batches_tracked": { dtype: "I64", shape: [], data_offsets: [0, 8] },
  };
  const file = fileOf(header, 16);
  const data = new DataView(file.buffer, file.length - 16);
  data.setBigInt64(0, 12n, true);
  data.setFloat32(8, 0.5, true);
  data.setFloat32(12, -1, true);
  const read = readSafetensors(file);
  expect(paramsFromFile(layoutOf([{ name: "bn.weight", shape: [2] }]), read)).toEqual(Float32Array.of(0.5, -1));
  expect(paramsFromFile(layoutOf([{ name: "bn.num_batches_tracked", shape: [] }]), read)).toEqual(Float32Array.of(12));
});

test("whole numbers that float32 does not hold are left out, and nothing else is", () => {
  const read = readSafetensors(oneTensor("I64", [2], BigInt64Array.of(1n, 2n ** 24n + 1n)));
  expect(read.layout).toEqual([]);
  expect(() => paramsFromFile(layoutOf([{ name: "a", shape: [2] }]), read)).toThrow("float32 holds");
});

test("an element type that is not read is named, with those that are", () => {
  const file = oneTensor("F8_E4M3", [1], Uint8Array.of(0));
  const fault = { code: "data-invalid", message: expect.stringMatching(/"a".*"F8_E4M3"/u) };
  expect(() => readSafetensors(file)).toThrow(expect.objectContaining(fault));
});

test("a file read through Node, whose small buffers share memory with others, is read as any other", () => {
  const layout = layoutOf([{ name: "w", shape: [3] }]);
  const file = Buffer.from(writeSafetensors(layout, new Float32Array([1, 2, 3])));
  expect(readSafetensors(file).values).toEqual(new Float32Array([1, 2, 3]));
});

test("a file that the reference implementation wrote (safetensors 0.8.0 for Python) is read", () => {
  const file =
    "kAAAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJmb3JtYXQiOiJwdCJ9LCJiIjp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlsxXSwiZGF0YV9vZmZzZXRz" +
    "IjpbMCw0XX0sInciOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzIsMl0sImRhdGFfb2Zmc2V0cyI6WzQsMjBdfX0gICAAAACAAADAPwAAAMAAAAAA" +
    "XQgAAA==";
  const { layout, values, metadata } = readSafetensors(Buffer.from(file, "base64"));
  expect(layout.map(({ name, shape }) => [name, shape])).toEqual([
    ["b", [1]],
    ["w", [2, 2]],
  ]);
  expect(values).toEqual(Float32Array.of(-0, 1.5, -2, 0, 3e-42));
  expect(metadata).toEqual({ format: "pt" });
});

describe("parameters from a file", () => {
  const saved = layoutOf([
    { name: "a", shape: [2] },
    { name: "b", shape: [1, 2] },
  ]);
  const file = readSafetensors(writeSafetensors(saved, Float32Array.of(1, 2, 3, 4)));

  test("are found by their names", () => {
    const layout = layoutOf([{ name: "b", shape: [1, 2] }]);
    expect(paramsFromFile(layoutOf([...layout, ...saved.slice(0, 1)]), file)).toEqual(Float32Array.of(3, 4, 1, 2));
    expect(paramsFromFile(layout, file)).toEqual(Float32Array.of(3, 4));
  });

  test.each([
    ["is missing", { name: "c", shape: [2] }],
    ["has another shape", { name: "b", shape: [2] }],
  ])("are refused where one %s", (_, tensor) => {
    expect(() => paramsFromFile(layoutOf([tensor]), file)).toThrow(expect.objectContaining({ code: "data-invalid" }));
  });

  const needing = (...wanted: readonly string[]): (() => unknown) => {
    const all = [...saved, { name: "c", shape: [2] }].filter(({ name }) => wanted.includes(name));
    return () => paramsFromFile(layoutOf(all), file);
  };

  test("are looked for by name, and a fault has the closest names, of those of the same shape where there are any", () => {
    const wrapped = layoutOf([
      { name: "m.c2.weight", shape: [2] },
      { name: "m.c1.bias", shape: [2] },
      { name: "m.c1.weight", shape: [2] },
      { name: "c1.weight_g", shape: [1] },
    ]);
    const prefixed = readSafetensors(writeSafetensors(wrapped, new Float32Array(7)));
    expect(() => paramsFromFile(layoutOf([{ name: "c1.weight", shape: [2] }]), prefixed)).toThrow(
      expect.objectContaining({
        code: "data-invalid",
        message: 'the model needs "c1.weight" of [2], the file has none of that name',
        remedy: expect.stringContaining(
          'It has "m.c1.weight" of [2], "m.c2.weight" of [2], "m.c1.bias" of [2]: rename',
        ),
      }),
    );
  });

  test("are not looked for among those that the model needs itself", () => {
    expect(needing("a", "b", "c")).toThrow(
      expect.objectContaining({ remedy: "Instead use a file that was saved from this very model." }),
    );
    expect(needing("a", "c")).toThrow(
      expect.objectContaining({ remedy: expect.stringContaining('It has "b" of [1, 2]') }),
    );
  });
});
