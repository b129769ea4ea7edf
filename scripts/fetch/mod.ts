/**
 * Downloads data sets into the cache.
 *
 * @module
 */
export { cacheFolder, dataFolder, howToFetch } from "./cache.ts";
export { CATALOG, type CatalogEntry, type CatalogName } from "./catalog.ts";
export { type Fetched, fetchSet } from "./fetch_set.ts";
