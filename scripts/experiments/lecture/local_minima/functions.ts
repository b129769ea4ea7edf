/**
 * The functions of `local-minima`.
 *
 * @module
 */
import { required } from "../../../../options/mod.ts";
import {
  doubleWell,
  himmelblau,
  type Point,
  rastrigin,
  type TestFunction,
} from "../../../lab/problems/mod.ts";

/** The double well as a function of the plane, flat along y. */
const well: TestFunction = {
  title: doubleWell.title,
  f: (x) => doubleWell.f(x),
  gradient: (x) => [doubleWell.gradient(x), 0],
  region: [[...doubleWell.region], [0, 0]],
  minima: doubleWell.minima.map((x): Point => [x, 0]),
};

/** Rastrigin's function within reach of its middle: 25 minima. */
const bowl: TestFunction = {
  ...rastrigin,
  region: [[-2.5, 2.5], [-2.5, 2.5]],
  minima: rastrigin.minima.filter(([x, y]) => Math.max(Math.abs(x), Math.abs(y)) < 2.5),
};

/** The functions by name. */
export const FUNCTIONS = { well, himmelblau, rastrigin: bowl } as const;

/** A function's name. */
export type Name = keyof typeof FUNCTIONS;

/** The names of the functions, in order. */
export const NAMES = Object.keys(FUNCTIONS) as readonly Name[];

/** A rate so small that gradient descent follows the slope of the double well. */
export const SMALL = 2 ** -7;

/** Returns where the double well is highest between its minima. */
export function barrier(): number {
  const { minima } = doubleWell;
  let [low, high] = [required(minima, 0, "minimum") + 0.1, required(minima, 1, "minimum") - 0.1];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (doubleWell.gradient(middle) > 0) low = middle;
    else high = middle;
  }
  return low;
}

/** Returns names of what may be found, in the order of the minima, and last that for none of them. */
export function kinds(name: Name): string[] {
  if (name === "well") return ["lower minimum", "higher minimum", "neither"];
  const named = FUNCTIONS[name].minima.map(([x, y]) => `(${x.toFixed(2)}, ${y.toFixed(2)})`);
  return [...named, "none of them"];
}

/** Returns the name of what a descent found: the number of a minimum, or -1. */
export function kindOf(name: Name, found: number): string {
  const all = kinds(name);
  return required(all, found < 0 ? all.length - 1 : found, "minimum");
}
