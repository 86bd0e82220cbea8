/** Models: what is trained. @module */
export { charRnn, type CharRnnOptions } from "./char-rnn.ts";
export { cnn, type CnnOptions } from "./cnn.ts";
export { linear, type LinearOptions } from "./linear.ts";
export { mlp, type MlpOptions } from "./mlp.ts";
export { onnx, type OnnxOptions } from "./onnx.ts";
