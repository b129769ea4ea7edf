/**
 * Reads and unpacks files.
 *
 * @module
 */
export { gunzip, type GunzipOptions, GzipError, isGzip } from "./gunzip.ts";
export { decodeText, NotAFile, readFile, readTextFile, requireFile, requireRegular } from "./read_file.ts";
