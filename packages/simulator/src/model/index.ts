/** Models: what is trained. @module */
export { charRnn, type CharRnnOptions } from "./char-rnn.ts";
export { cnn, type CnnOptions } from "./cnn.ts";
export { mlp, type MlpOptions } from "./mlp.ts";
export { onnx, type OnnxOptions } from "./onnx.ts";
