import { assertEquals } from "@std/assert";
import denoJson from "../../deno.json" with { type: "json" };

const ROOT = new URL("../../", import.meta.url);

Deno.test("CITATION.cff names the version of deno.json, and has the fields that its format requires", async () => {
  const text = await Deno.readTextFile(new URL("CITATION.cff", ROOT));
  const field = (name: string) => new RegExp(`^${name}: (.+)$`, "m").exec(text)?.[1];
  assertEquals(field("version"), denoJson.version);
  assertEquals(field("cff-version"), "1.2.0");
  assertEquals(field("license"), denoJson.license);
  for (const name of ["message", "title"]) assertEquals([name, field(name) !== undefined], [name, true]);
  assertEquals(/^authors:\n {2}- name: \S/m.test(text), true);
});
