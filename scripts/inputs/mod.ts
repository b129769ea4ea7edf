/**
 * Tracks the files that a run reads, by digest.
 *
 * @module
 */
export { codeFiles } from "./code_files.ts";
export { digestText, type InputDigest, sameContent } from "./input_digest.ts";
export { type InputDigests, INPUTS, noteFilesOf } from "./inputs.ts";
