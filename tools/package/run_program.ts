/**
 * The compilers, which are npm packages of the lock file in this folder.
 *
 * @module
 */

const PROGRAMS = { esbuild: "npm:esbuild@0.28.2", tsc: "npm:typescript@7.0.2/tsc" } as const;

const LOCK = new URL("./deno.lock", import.meta.url).pathname;

/** Runs a compiler in a folder. @throws {Error} with what it prints, when it fails. */
export async function runProgram(
  name: keyof typeof PROGRAMS,
  args: readonly string[],
  { folder }: { readonly folder: string },
): Promise<void> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-config", `--lock=${LOCK}`, "--frozen", "-A", PROGRAMS[name], ...args],
    cwd: folder,
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (!success) throw new Error(`${name}: ${text(stdout)}${text(stderr)}`);
}
