/**
 * fast-check. Only tests need it, so it is in `dev.lock` and not in the import map.
 *
 * @module
 */
export { default } from "npm:fast-check@4.10.2";
