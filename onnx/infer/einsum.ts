/**
 * `Einsum`.
 *
 * @module
 */
import { parseEquation } from "./equation.ts";
import { broadcastShapes, type Dim, type Shape, shapeText } from "../tensor/mod.ts";
import type { InferNode, Inferred } from "./types.ts";

const ELLIPSIS = "...";

/** Infers `Einsum`: each letter is one size; the axes of an ellipsis broadcast. */
export function einsum(node: InferNode): readonly Inferred[] {
  const equation = node.string("equation") ?? "";
  if (!/^([A-Za-z]|\.\.\.|[, ])*(->([A-Za-z]|\.\.\.| )*)?$/.test(equation)) {
    throw new RangeError(
      `attribute 'equation' must consist of letters, commas, '...' and '->', got '${equation}'`,
    );
  }
  const { inputs, output } = parseEquation(equation);
  if (inputs.length !== node.inputs.length) {
    throw new RangeError(
      `attribute 'equation' '${equation}' must have ${node.inputs.length} terms, one an input, has ${inputs.length}`,
    );
  }
  const sizes = new Map<string, Dim>();
  const batches: (Shape | undefined)[] = [];
  inputs.forEach((term, i) => {
    const where = `input ${i} of '${equation}'`;
    const batch = bind(term, node.inputs[i]?.shape, { sizes, where, fresh: node.freshDim });
    if (term.includes(ELLIPSIS)) batches.push(batch);
  });
  const batch = broadcastShapes(batches, node.freshDim);
  if (output.includes(ELLIPSIS) && batch === undefined) return [];
  const letters = new Set(inputs.flat());
  const shape = output.flatMap((letter): Shape => {
    if (letter === ELLIPSIS) return batch!;
    if (letters.has(letter)) return [sizes.get(letter) ?? node.freshDim(letter)];
    throw new RangeError(
      `attribute 'equation' '${equation}' has '${letter}' in the result, where no input has it`,
    );
  });
  return [{ shape }];
}

/** Notes the size of each letter of a term, and returns the axes of its ellipsis. */
function bind(
  term: readonly string[],
  shape: Shape | undefined,
  { sizes, where, fresh }: { sizes: Map<string, Dim>; where: string; fresh: InferNode["freshDim"] },
): Shape | undefined {
  if (shape === undefined) return undefined;
  const at = term.indexOf(ELLIPSIS);
  const named = at < 0 ? term.length : term.length - 1;
  if (at < 0 ? shape.length !== named : shape.length < named) {
    throw new RangeError(
      `${where} must have rank ${named}${at < 0 ? "" : " or more"}, got ${shapeText(shape)}`,
    );
  }
  const wide = shape.length - named;
  term.forEach((letter, i) => {
    if (i === at) return;
    const d = shape[at >= 0 && i > at ? i - 1 + wide : i]!;
    // A letter that occurs twice in a term takes the diagonal, so both sizes are equal.
    const again = term.indexOf(letter) < i ? () => sizes.get(letter) as string : fresh;
    sizes.set(letter, together(sizes.get(letter), d, { what: `${where}: '${letter}'`, fresh: again }));
  });
  return at < 0 ? [] : shape.slice(at, at + wide);
}

/** Merges two sizes of the same letter: a number beats a symbol, and 1 broadcasts; either of two symbols may be 1. */
function together(
  before: Dim | undefined,
  d: Dim,
  { what, fresh }: { what: string; fresh: InferNode["freshDim"] },
): Dim {
  if (before === undefined || before === d) return d;
  if (typeof before === "string") return d === 1 ? before : typeof d === "number" ? d : fresh();
  if (typeof d === "string") return before === 1 ? d : before;
  if (before !== 1 && d !== 1) {
    throw new RangeError(`${what} must be ${before} as in the terms before it, got ${d}`);
  }
  return Math.max(before, d);
}
