/**
 * TensorFlow.js with its Wasm backend. Only benches need it, so it is in `dev.lock` and not in the import map.
 *
 * @module
 */
export * from "npm:@tensorflow/tfjs@4.22.0";
export { setThreadsCount } from "npm:@tensorflow/tfjs-backend-wasm@4.22.0";
