/**
 * The model that devices and settings of the runtime are tried with.
 *
 * @module
 */

/** `y = Relu(x)` on one float: the smallest model that every provider must accept. */
export const PROBE = bytesOf(
  "CAg6NwoMCgF4EgF5IgRSZWx1EgVwcm9iZVoPCgF4EgoKCAgBEgQKAggBYg8KAXkSCgoICAESBAoCCAFCBAoAEA0=",
);

/** The shapes of what {@linkcode CONV_PROBE} takes. */
export const CONV_PROBE_SHAPES = { x: [1, 8, 8, 8], w: [8, 8, 3, 3] } as const;

/** `y = Conv(x, w)`, an ordinary convolution, which shows on CUDA whether cuDNN can be used, once it is run. */
export const CONV_PROBE = bytesOf(
  "CAoSB2Rlc2NlbnQ6eQoZCgF4CgF3EgF5GgZDb252OnkiBENvbnY6ABIFZ3JhcGhaGwoBeBIWChQIARIQCgIIAQoCCAgKAggICgII" +
    "CFobCgF3EhYKFAgBEhAKAggICgIICAoCCAMKAggDYhsKAXkSFgoUCAESEAoCCAEKAggICgIIBgoCCAZCBAoAEBU=",
);

/** Decodes base 64. Node 24 has no `Uint8Array.fromBase64`. */
function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
}
