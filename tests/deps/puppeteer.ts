/**
 * Puppeteer. Only tests need it, so it is in `dev.lock` and not in the import map.
 *
 * @module
 */
export * from "npm:puppeteer-core@25.16.0";
