/**
 * Loaded before tests whose coverage is measured: the processes that they start do not measure theirs. Each of these would
 * write a file for each module, some hundred thousand in all.
 *
 * @module
 */
Deno.env.delete("DENO_COVERAGE_DIR");
