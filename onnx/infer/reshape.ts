/**
 * `Reshape`.
 *
 * @module
 */
import { type Dim, isStatic, type Shape, shapeText, sizeOf } from "../tensor/mod.ts";
import { checkRank, shapeAt, shaped } from "./common.ts";
import { contentsOf, lengthOf } from "./contents.ts";
import { divideDims, freshShape } from "./dims.ts";
import type { InferNode, Inferred } from "./types.ts";

/**
 * Infers `Reshape`: 0 stands for the input's dimension at the same place unless `allowzero` is set, -1 for what is left
 * over. Symbols on both sides cancel, so that `[N, 3, 4]` becomes `[N, 12]` by both `[0, -1]` and `[-1, 12]`.
 */
export function reshape(node: InferNode): readonly Inferred[] {
  const data = shapeAt(node, 0);
  checkRank(shapeAt(node, 1), [1], "input shape");
  const target = node.inputs.length > 1 ? contentsOf(node.inputs[1]) : node.ints("shape");
  if (target === undefined) {
    const rank = lengthOf(node.inputs[1]);
    return shaped(rank === undefined ? undefined : freshShape(rank, node.freshDim));
  }
  const shape = resolve(target, data, node);
  return shaped(shape, contentsOf(node.inputs[0]));
}

function resolve(target: readonly Dim[], data: Shape | undefined, node: InferNode): Shape {
  const copies = node.int("allowzero") !== 1;
  const text = `input shape ${shapeText(target)}`;
  if (target.filter((d) => d === -1).length > 1) throw new RangeError(`${text} must have at most one -1`);
  const dims = target.map((d, i): Dim => {
    if (typeof d === "number" && (d < -1 || !Number.isInteger(d))) {
      throw new RangeError(`${text} must hold sizes, 0 or -1, got ${d}`);
    }
    if (d !== 0 || !copies) return d;
    if (data === undefined) return node.freshDim();
    const copied = data[i];
    if (copied === undefined) {
      throw new RangeError(
        `${text} copies dimension ${i}, which input data ${shapeText(data)} does not have`,
      );
    }
    return copied;
  });
  const open = dims.indexOf(-1);
  const given = dims.filter((_, i) => i !== open);
  if (data === undefined) return dims.map((d) => (d === -1 ? node.freshDim() : d));
  checkCount(data, given, open >= 0, `${text} must hold as many elements as input data ${shapeText(data)}`);
  if (open < 0) return dims;
  const rest = divideDims(data, given) ?? node.freshDim();
  return dims.map((d) => (d === -1 ? rest : d));
}

/** Checks the counts of elements. @throws {RangeError} when they cannot agree, whatever the symbols stand for. */
function checkCount(data: Shape, given: readonly Dim[], open: boolean, message: string): void {
  const left = [...given];
  const right = data.filter((d) => {
    const at = typeof d === "string" ? left.indexOf(d) : -1;
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  if (!isStatic(left) || !isStatic(right)) return;
  const [want, have] = [sizeOf(right), sizeOf(left)];
  if (open ? have === 0 || want % have !== 0 : want !== have) {
    throw new RangeError(message);
  }
}
