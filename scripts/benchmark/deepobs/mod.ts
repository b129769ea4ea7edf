/**
 * The problems of DeepOBS (Schneider, Balles, Hennig: DeepOBS: a deep learning optimizer benchmark suite, 2019), but for
 * those without data.
 *
 * @module
 */
import type { Problem } from "../problem.ts";
import { fmnist2c2d, mnist2c2d } from "./mnist_problems.ts";

/** DeepOBS's problems with data: its small set, its large set, further ones. */
export const DEEPOBS: readonly Problem[] = [fmnist2c2d, mnist2c2d];
