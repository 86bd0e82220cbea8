/** Sources: where examples come from. @module */
export { cifar10, type Cifar10Options } from "./cifar10.ts";
export { cifar100, type Cifar100Options } from "./cifar100.ts";
export { csv, type CsvOptions } from "./csv.ts";
export type { TableColumn } from "./csv-dataset.ts";
export { gaussians, type GaussiansOptions } from "./gaussians.ts";
export { idx, type IdxOptions } from "./idx.ts";
export { mnist, type MnistOptions } from "./mnist.ts";
export { quadratics, type QuadraticsOptions } from "./quadratics.ts";
export { shakespeare, type ShakespeareOptions } from "./shakespeare.ts";
export { synthetic, type SyntheticOptions } from "./synthetic.ts";
export { syntheticRegression, type SyntheticRegressionOptions } from "./synthetic-regression.ts";
