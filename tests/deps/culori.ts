/**
 * culori, an oracle for colors. Only tests need it, so it is in `dev.lock` and not in the import map.
 *
 * @module
 */
// @ts-types="npm:@types/culori@4.0.1"
export {
  differenceCiede2000,
  filterDeficiencyDeuter,
  filterDeficiencyProt,
  parse,
  wcagContrast,
} from "npm:culori@4.0.2";
