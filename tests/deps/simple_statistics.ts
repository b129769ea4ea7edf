/**
 * simple-statistics, an oracle. Only tests need it, so it is in `dev.lock` and not in the import map.
 *
 * @module
 */
export * from "npm:simple-statistics@7.12.1";
