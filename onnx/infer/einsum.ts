/**
 * `Einsum`.
 *
 * @module
 */
import { broadcastShapes, type Dim, type Shape, shapeText } from "../shape.ts";
import type { InferRule } from "./types.ts";

/** One operand or result of an equation: letters before and after an ellipsis. */
interface Term {
  readonly head: readonly string[];
  readonly tail: readonly string[];
  readonly ellipsis: boolean;
}

function parseTerm(text: string, equation: string): Term {
  const match = /^([A-Za-z]*)(\.\.\.)?([A-Za-z]*)$/.exec(text);
  if (match === null) {
    throw new RangeError(`attribute 'equation' must consist of letters, commas, '...' and '->', got '${equation}'`);
  }
  return { head: [...match[1]!], tail: [...match[3]!], ellipsis: match[2] !== undefined };
}

/** Without `->` the result has the letters that occur once, in alphabetical order, after the ellipsis. */
function implicitResult(terms: readonly Term[]): Term {
  const letters = terms.flatMap((t) => [...t.head, ...t.tail]);
  const once = letters.filter((l) => letters.indexOf(l) === letters.lastIndexOf(l)).sort();
  return { head: [], tail: once, ellipsis: terms.some((t) => t.ellipsis) };
}

/** `Einsum`: each letter is one size; what an ellipsis stands for broadcasts. */
export const einsum: InferRule = (node) => {
  const equation = node.string("equation") ?? "";
  const [left = "", right] = equation.replaceAll(" ", "").split("->");
  const terms = left.split(",").map((t) => parseTerm(t, equation));
  if (terms.length !== node.inputs.length) {
    throw new RangeError(`attribute 'equation' '${equation}' has ${terms.length} terms for ${node.inputs.length} inputs`);
  }
  const sizes = new Map<string, Dim>();
  const batches: (Shape | undefined)[] = [];
  terms.forEach((term, i) => {
    const shape = node.inputs[i]?.shape;
    const batch = bindTerm(term, shape, sizes, `input ${i} of '${equation}'`);
    if (term.ellipsis) batches.push(batch);
  });
  const result = right === undefined ? implicitResult(terms) : parseTerm(right, equation);
  const batch = result.ellipsis ? broadcastShapes(batches, node.freshDim) : [];
  const letters = [...terms.flatMap((t) => [...t.head, ...t.tail])];
  const size = (letter: string): Dim => {
    if (!letters.includes(letter)) {
      throw new RangeError(`attribute 'equation' '${equation}' has '${letter}' in the result but in no input`);
    }
    return sizes.get(letter) ?? node.freshDim(letter);
  };
  const [head, tail] = [result.head.map(size), result.tail.map(size)];
  return [{ shape: batch && [...head, ...batch, ...tail] }];
};

/** Notes the size of each letter of a term, and returns what its ellipsis stands for. */
function bindTerm(
  term: Term,
  shape: Shape | undefined,
  sizes: Map<string, Dim>,
  where: string,
): Shape | undefined {
  if (shape === undefined) return undefined;
  const named = term.head.length + term.tail.length;
  if (term.ellipsis ? shape.length < named : shape.length !== named) {
    throw new RangeError(
      `${where} must have rank ${named}${term.ellipsis ? " or more" : ""}, got ${shapeText(shape)}`,
    );
  }
  const tailAt = shape.length - term.tail.length;
  const letters: [string, Dim][] = [
    ...term.head.map((l, i): [string, Dim] => [l, shape[i]!]),
    ...term.tail.map((l, i): [string, Dim] => [l, shape[tailAt + i]!]),
  ];
  for (const [letter, d] of letters) {
    const before = sizes.get(letter);
    if (before === undefined || typeof before === "string" || before === 1 && typeof d === "number") {
      if (before === undefined || typeof d === "number") sizes.set(letter, d);
    } else if (typeof d === "number" && d !== 1 && d !== before) {
      throw new RangeError(`${where}: '${letter}' must be ${before} as in the inputs before it, got ${d}`);
    }
  }
  return shape.slice(term.head.length, tailAt);
}
