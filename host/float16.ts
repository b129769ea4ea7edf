/**
 * Arrays of 16-bit floats.
 *
 * @module
 */
import { DescentError } from "../options/mod.ts";

/** In the place of `Float16Array` where the host has none, as Node 22: fits no value, and refuses to be made. */
class NoFloat16Array {
  static readonly BYTES_PER_ELEMENT = 2;

  constructor() {
    refuse();
  }

  static from(): never {
    return refuse();
  }
}

function refuse(): never {
  throw new DescentError(
    "elements of float16 need Float16Array, which this program does not have: use Node 24 or newer, Bun or Deno",
  );
}

/** The host's `Float16Array`. @throws {DescentError} from its constructor and its `from`, where the host has none. */
export const Float16Elements: Float16ArrayConstructor = globalThis.Float16Array ?? NoFloat16Array;
