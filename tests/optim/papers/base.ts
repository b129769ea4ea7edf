/**
 * Shared parts of the transcriptions of papers: plain numbers, without the library.
 *
 * @module
 */

/** A tensor as plain numbers. */
export interface Block {
  readonly shape: readonly number[];
  readonly v: readonly number[];
}

/** Tensors by name. */
export type Blocks = Readonly<Record<string, Block>>;

/** Numbers by the name of the parameter. */
export type Numbers = Record<string, readonly number[]>;

/** The arguments of a step. */
export interface PaperStep {
  readonly grads: Blocks;
  /** The current parameters. */
  readonly params: Blocks;
  /** The number of the update, from 1. */
  readonly t: number;
  readonly value: number;
  readonly hessians: Blocks;
  /** The second moments of layers. */
  readonly factors: Blocks;
}

/** A rule with its state. */
export interface Run {
  update(step: PaperStep): Numbers;
  /** The parameters to evaluate at, after the update. */
  average?(): Numbers;
  /** The updates made, for rules that leave some out and do not count them. */
  made?(): number;
}

/** A rule, transcribed. */
export type Paper = (start: Blocks) => Run;

/** A tested function of the library: its options, and the transcription that it must follow. */
export interface Case {
  /** The options, which may depend on the parameters' shapes; `{ learningRate: ETA }` by default. */
  readonly options?: object | ((shapes: Readonly<Record<string, readonly number[]>>) => object);
  readonly paper: Paper;
  /** How far a NaN in one element of a gradient spreads: to that element by default. */
  readonly nan?: "element" | "tensor" | "all" | "none";
  /** The allowed difference of a graph from the host, relative to the parameter: 2e-5 and 1e-11 by default. */
  readonly bounds?: { readonly float32?: number; readonly float64?: number };
}

/** Cases by the name of the function, such as `"adam()"`; further words distinguish several cases of one function. */
export type Cases = Readonly<Record<string, Case>>;

/** The rate of most transcriptions. */
export const ETA = 0.05;

/** A rule that treats each element by itself: from gradient, element and step to the update. */
export function perElement(make: (w0: number) => (g: number, w: number, t: number) => number): Paper {
  return perTensor((w0) => {
    const loops = w0.map((w) => make(w));
    return (g, w, t) => g.map((x, i) => loops[i]!(x, w[i]!, t));
  });
}

/** A rule that treats each tensor by itself. */
export function perTensor(
  make: (
    w0: readonly number[],
    shape: readonly number[],
    name: string,
  ) => (g: readonly number[], w: readonly number[], t: number, h: readonly number[]) => readonly number[],
): Paper {
  return (start) => {
    const own = Object.fromEntries(Object.entries(start).map(([n, { v, shape }]) => [n, make(v, shape, n)]));
    return {
      update: ({ grads, params, t, hessians }) =>
        Object.fromEntries(
          Object.entries(own).map(([n, f]) => [n, f(grads[n]!.v, params[n]!.v, t, hessians[n]!.v)]),
        ),
    };
  };
}

/** Returns a number for each element of each tensor. */
export function mapAll(x: Blocks, f: (name: string, i: number) => number): Numbers {
  return Object.fromEntries(Object.entries(x).map(([n, { v }]) => [n, v.map((_, i) => f(n, i))]));
}

/** Returns the sum of a function over all elements of all tensors. */
export function sumAll(x: Blocks, f: (name: string, i: number) => number): number {
  return Object.values(mapAll(x, f)).flat().reduce((a, b) => a + b, 0);
}

/** The Euclidean norm. */
export function norm(v: readonly number[]): number {
  return Math.sqrt(v.reduce((a, b) => a + b * b, 0));
}

/** The root mean square. */
export function rms(v: readonly number[]): number {
  return norm(v) / Math.sqrt(v.length);
}
