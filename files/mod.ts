/**
 * Reads, unpacks and replaces files.
 *
 * @module
 */
export { concatBytes } from "./concat_bytes.ts";
export { gunzip, type GunzipOptions, GzipError, isGzip } from "./gunzip.ts";
export { inflateWithin } from "./inflate.ts";
export {
  decodeText,
  NotAFile,
  readFile,
  readFileIfAny,
  readTextFile,
  requireFile,
  requireRegular,
} from "./read_file.ts";
export { replaceFile } from "./replace_file.ts";
export { replaceFiles } from "./replace_files.ts";
export { systemClause, systemText } from "./system_text.ts";
