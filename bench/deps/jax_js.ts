/**
 * jax-js. Only benches need it, so it is in `dev.lock` and not in the import map.
 *
 * @module
 */
export * from "npm:@jax-js/jax@0.1.25";
