/**
 * The ONNX importer of jax-js. Only benches need it, so it is in `dev.lock` and not in the import map.
 *
 * @module
 */
export * from "npm:@jax-js/onnx@0.1.2";
