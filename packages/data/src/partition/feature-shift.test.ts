import { type Examples, rootKey } from "@potluck/core";
import { describe, expect, test } from "vitest";
import { featureShift, type FeatureShiftOptions } from "./feature-shift.ts";
import { examplesOf } from "./sample-examples.ts";

/** `count` images of 1 x 2 x 2 that hold 10, 20, 30 and 40. */
function images(count: number, channels = 1): Examples {
  const one = Array.from({ length: channels }, () => [10, 20, 30, 40]).flat();
  const features = Uint8Array.from(Array.from({ length: count }, () => one).flat());
  return { ...examplesOf([count]), shape: [channels, 2, 2], features };
}

/** The features of the first example that each client holds; all of its examples are the same. */
function seen(examples: Examples, options: FeatureShiftOptions): readonly (readonly number[])[] {
  const { examples: after, clients } = featureShift(options).split({ examples, key: rootKey(3) });
  const length = examples.features.length / examples.count;
  const featuresOf = (row: number): readonly number[] => [...after.features.subarray(row * length, (row + 1) * length)];
  return clients.map(({ train, test: held }) => {
    const all = [...train, ...held].map((row) => featuresOf(row).join(" "));
    expect(new Set(all).size).toBe(1);
    return featuresOf(train[0] ?? -1);
  });
}

describe("the partitioner feature-shift", () => {
  test("deals angles evenly, and rotates all examples of a client, held-out ones too", () => {
    const turned = seen(images(40), { clients: 8, angles: [0, 90, 180, 270] }).map((features) => features.join(" "));
    const counts = Object.groupBy(turned, (features) => features);
    expect(Object.fromEntries(Object.entries(counts).map(([name, same]) => [name, same?.length]))).toEqual({
      "10 20 30 40": 2,
      "20 40 10 30": 2,
      "40 30 20 10": 2,
      "30 10 40 20": 2,
    });
  });

  test("draws rotations either way within their limit", () => {
    const middle = Float32Array.from({ length: 9 * 200 }, (_, at) => (at % 9 === 5 ? 1 : 0));
    const points: Examples = { ...examplesOf([200]), shape: [1, 3, 3], features: middle };
    const images3 = seen(points, { clients: 50, rotation: 60 });
    // A point right of the centre moves up when it is turned counter-clockwise.
    const up = images3.filter((features) => (features[2] ?? 0) > (features[8] ?? 0)).length;
    expect(Math.abs(up - 25)).toBeLessThan(5 * Math.sqrt(50 / 4));
    expect(images3.every((features) => (features[5] ?? 0) > 0)).toBe(true);
  });

  test("keeps bytes within 0 … 255, and lights and colours within the limits", () => {
    const bright = { ...images(60), features: new Uint8Array(240).fill(200) };
    const values = seen(bright, { clients: 30, brightness: 0.5 }).map(([first = 0]) => first);
    expect(Math.max(...values)).toBe(255);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(100);
    const coloured = seen(images(60, 3), { clients: 30, colour: 0.5 });
    for (const features of coloured) {
      const gains = [0, 1, 2].map((channel) => (features[4 * channel + 3] ?? 0) / 40);
      expect(gains.every((gain) => gain > 0.48 && gain < 1.52)).toBe(true);
      expect(new Set(gains).size).toBeGreaterThan(1);
    }
  });

  test("leaves what blur cannot change, and labels", () => {
    const flat = { ...images(10), features: new Uint8Array(40).fill(9) };
    const { examples } = featureShift({ clients: 2, blur: 2 }).split({ examples: flat, key: rootKey(1) });
    expect(examples).toEqual(flat);
  });

  test.each<[string, Partial<FeatureShiftOptions>, Examples, string]>([
    ["rotating rows of numbers", { rotation: 10 }, examplesOf([9]), "the shape [1] are no images"],
    ["blurring rows of numbers", { blur: 1 }, examplesOf([9]), "the shape [1] are no images"],
    ["colouring grey images", { colour: 0.1 }, images(9), "have one channel, so no colours"],
  ])("refuses %s", (_, options, examples, message) => {
    expect(() => featureShift({ clients: 2, ...options }).split({ examples, key: rootKey(1) })).toThrow(
      expect.objectContaining({ code: "data-invalid", message: expect.stringContaining(message) }),
    );
  });

  test("refuses angles by list and by limit, and an empty list", () => {
    expect(() => featureShift({ clients: 2, angles: [0], rotation: 5 })).toThrow("cannot both be given");
    expect(() => featureShift({ clients: 2, angles: [] })).toThrow("angles is an empty list");
  });
});
