/**
 * Formats generated pages.
 *
 * @module
 */

/** Returns a page as `deno fmt` would write it. */
export async function formatted(text: string): Promise<string> {
  const config = new URL("../deno.json", import.meta.url).pathname;
  const args = ["fmt", "--quiet", "--config", config, "--ext", "md", "-"];
  const child = new Deno.Command(Deno.execPath(), { args, stdin: "piped", stdout: "piped" }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { success, stdout } = await child.output();
  if (!success) throw new Error("deno fmt failed");
  return new TextDecoder().decode(stdout);
}
