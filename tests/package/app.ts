/**
 * The installed package, which the tests share.
 *
 * @module
 */
import { type Installed, installed, reasonNotToRun } from "./installed.ts";

const reason = await reasonNotToRun();

let building: Promise<Installed> | undefined;

Deno.test.afterAll(async () => await (await building)?.remove());

/**
 * Registers a test of the installed package.
 *
 * @param skipped why it cannot run, which its name then says, beside what the package itself needs
 */
export function test(name: string, fn: (app: Installed) => Promise<void>, skipped?: string): void {
  const why = reason ?? skipped;
  Deno.test({
    name: why === undefined ? name : `${name} (skipped: ${why})`,
    ignore: why !== undefined,
    fn: async () => await fn(await (building ??= installed())),
  });
}
