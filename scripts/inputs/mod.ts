/**
 * Tracks what a run reads: files by digest, data sets and models.
 *
 * @module
 */
export { codeFiles } from "./code_files.ts";
export { digestData } from "./data_digest.ts";
export { digestText, type InputDigest, sameContent } from "./input_digest.ts";
export { type InputDigests, INPUTS, noteFilesOf } from "./inputs.ts";
export { type DataRecord, type ModelRecord, SUBJECTS } from "./subjects.ts";
