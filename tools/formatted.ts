/**
 * Formats generated pages.
 *
 * @module
 */

/** Returns a page, or a file of another kind, as `deno fmt` would write it. */
export async function formatted(text: string, kind: "md" | "svg" | "json" = "md"): Promise<string> {
  const config = new URL("../deno.json", import.meta.url).pathname;
  const args = ["fmt", "--quiet", "--config", config, "--ext", kind, "-"];
  const child = new Deno.Command(Deno.execPath(), { args, stdin: "piped", stdout: "piped" }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { success, stdout } = await child.output();
  if (!success) throw new Error("deno fmt failed");
  return new TextDecoder().decode(stdout);
}
