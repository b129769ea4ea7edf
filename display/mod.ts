/**
 * Displays of the library's objects in notebooks: bundles of media types, and tables.
 *
 * @module
 */
export { bundleOf, DISPLAY, type Displayable, type MediaBundle, withDisplay } from "./displayable.ts";
export { shortNumber, shortValue } from "./short.ts";
export { type Cell, tableBundle, type TableContent } from "./table.ts";
