/**
 * Compiles element-wise loops.
 *
 * @module
 */

/** The kind of an operand: the same number for all elements, or an array. */
export type Kind = "number" | "float32" | "float64";

/** A loop over the elements of equally long arrays. Values count the operands first, then the results of the body. */
export interface KernelSource {
  /** The kind of each operand. */
  readonly args: readonly Kind[];
  /** One operator after another. */
  readonly body: readonly { readonly op: string; readonly args: readonly number[] }[];
  /** The values to store, and the type of their arrays; `over` is the operand whose array is overwritten, if any. */
  readonly outputs: readonly { readonly value: number; readonly kind: Kind; readonly over?: number }[];
  /** The values to sum up, or find the greatest of. */
  readonly sums: readonly { readonly op: "sum" | "maximum"; readonly arg: number }[];
}

/**
 * A compiled loop over `n` elements. In the registers `r`, at the places `x`, stand in this order: its operands, the
 * arrays to store into that are not operands, and the places for its sums.
 */
export type Kernel = (r: unknown[], x: readonly number[], n: number) => void;

/** Operators in JavaScript. */
export const FORMULAS: Readonly<Record<string, (...x: string[]) => string>> = {
  neg: (a) => `-${a}`,
  abs: (a) => `Math.abs(${a})`,
  sqrt: (a) => `Math.sqrt(${a})`,
  exp: (a) => `Math.exp(${a})`,
  log: (a) => `Math.log(${a})`,
  sign: (a) => `Math.sign(${a})`,
  square: (a) => `${a} * ${a}`,
  tanh: (a) => `Math.tanh(${a})`,
  add: (a, b) => `${a} + ${b}`,
  sub: (a, b) => `${a} - ${b}`,
  mul: (a, b) => `${a} * ${b}`,
  div: (a, b) => `${a} / ${b}`,
  pow: (a, b) => `Math.pow(${a}, ${b})`,
  min: (a, b) => `Math.min(${a}, ${b})`,
  max: (a, b) => `Math.max(${a}, ${b})`,
  greater: (a, b) => `${a} > ${b} ? 1 : 0`,
  greaterEqual: (a, b) => `${a} >= ${b} ? 1 : 0`,
  equal: (a, b) => `${a} === ${b} ? 1 : 0`,
  where: (c, a, b) => `${c} !== 0 ? ${a} : ${b}`,
};

const compiled = new Map<string, Kernel>();

/** Returns the compiled loop of a source; loops are kept, and serve arrays of any size. */
export function kernel(source: KernelSource): Kernel {
  const text = textOf(source);
  let f = compiled.get(text);
  if (f === undefined) {
    f = new Function("r", "x", "n", text) as Kernel;
    compiled.set(text, f);
  }
  return f;
}

function textOf({ args, body, outputs, sums }: KernelSource): string {
  // The source names the types, so that each compiled loop sees arrays of one type only and stays fast.
  const lines = [`// ${args} to ${outputs.map((o) => o.kind)}`];
  let place = 0;
  args.forEach((kind, i) => lines.push(`const ${kind === "number" ? "v" : "a"}${i} = r[x[${place++}]];`));
  // An array that overwrites an operand keeps the operand's name, so that the compiler need not check it twice.
  const arrays = outputs.map(({ over }, i) => (over === undefined ? `o${i}` : `a${over}`));
  outputs.forEach(({ over }, i) => over === undefined && lines.push(`const o${i} = r[x[${place++}]];`));
  sums.forEach(({ op }, i) => lines.push(`let s${i} = ${op === "sum" ? "0" : "-Infinity"};`));
  // An array's own length as the bound avoids bounds checks of that array.
  const bound = outputs.find((o) => o.over !== undefined)?.over ??
    args.findLastIndex((kind) => kind !== "number");
  lines.push(`for (let i = 0; i < ${bound < 0 ? "n" : `a${bound}.length`}; i++) {`);
  args.forEach((kind, i) => kind !== "number" && lines.push(`  const v${i} = a${i}[i];`));
  body.forEach(({ op, args: operands }, i) => {
    lines.push(`  const v${args.length + i} = ${FORMULAS[op]!(...operands.map((k) => `v${k}`))};`);
  });
  outputs.forEach(({ value }, i) => lines.push(`  ${arrays[i]}[i] = v${value};`));
  sums.forEach(({ op, arg }, i) => {
    lines.push(op === "sum" ? `  s${i} += v${arg};` : `  s${i} = Math.max(s${i}, v${arg});`);
  });
  lines.push("}");
  sums.forEach((_, i) => lines.push(`r[x[${place++}]] = s${i};`));
  return lines.join("\n");
}
