/**
 * The model that devices and settings of the runtime are tried with.
 *
 * @module
 */

/** `y = Relu(x)` on one float: the smallest model that every provider must accept. */
export const PROBE = Uint8Array.fromBase64(
  "CAg6NwoMCgF4EgF5IgRSZWx1EgVwcm9iZVoPCgF4EgoKCAgBEgQKAggBYg8KAXkSCgoICAESBAoCCAFCBAoAEA0=",
);
