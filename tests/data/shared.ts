/** Real data beside a checkout. Without it the tests that use it are skipped, and say so. */

/** Returns the path of a shared data file, or `undefined` if there is none. */
export function sharedFile(name: string): string | undefined {
  const root = Deno.env.get("DESCENT_DATA_DIR") ?? new URL("../../../shared/data", import.meta.url).pathname;
  const path = `${root}/${name}`;
  try {
    return Deno.statSync(path).isFile ? path : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the text of a shared data file, decompressed if its name ends with `.gz`. */
export async function sharedText(name: string): Promise<string> {
  const file = await Deno.open(sharedFile(name) ?? name);
  const stream = name.endsWith(".gz")
    ? file.readable.pipeThrough(new DecompressionStream("gzip"))
    : file.readable;
  return new Response(stream).text();
}
