/** The page of names: no name of Optax or PyTorch is missing without a reason, and no name of ours is made up. */
import { assert, assertEquals } from "@std/assert";
import { LEFT_OUT, statesOf, storedPeers, TABLES } from "../../tools/names/peers.ts";
import type { Row } from "../../tools/names/row.ts";
import { NAMES_PAGE, namesDocs } from "../../tools/names_docs.ts";

const peers = storedPeers();
const ROOT = new URL("../../", import.meta.url);

/** The names that `mod.ts` exports, types included. */
const exported: ReadonlySet<string> = await (async () => {
  const args = ["doc", "--json", "mod.ts"];
  const { stdout } = await new Deno.Command(Deno.execPath(), { args, cwd: ROOT.pathname, stderr: "null" })
    .output();
  const { nodes } = JSON.parse(new TextDecoder().decode(stdout)) as {
    nodes: Record<string, { symbols: { name: string }[] }>;
  };
  return new Set(Object.values(nodes).flatMap(({ symbols }) => symbols.map(({ name }) => name)));
})();

function rowsOf(framework: "optax" | "torch"): [string, Row][] {
  return TABLES[framework].flatMap(({ rows }) => Object.entries(rows));
}

/** The name in this library's spelling. */
function camelCase(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

Deno.test("docs/names.md is up to date with deno task docs", async () => {
  assertEquals(await Deno.readTextFile(NAMES_PAGE), await namesDocs());
});

Deno.test("the stored names are those of Optax 0.2.8 and torch 2.15.0", () => {
  assertEquals([peers.optax.version, peers.torch.version], ["0.2.8", "2.15.0"]);
  const count = (modules: object) =>
    new Set(Object.values(modules).flatMap((names: object) => Object.keys(names))).size;
  assert(count(peers.optax.modules) > 350, String(count(peers.optax.modules)));
  assert(count(peers.torch.modules) > 40, String(count(peers.torch.modules)));
});

for (const framework of ["optax", "torch"] as const) {
  Deno.test(`the page has every public name of ${framework} once, and no other`, () => {
    const rows = rowsOf(framework).map(([name]) => name);
    assertEquals(new Set(rows).size, rows.length, "a name has two rows");
    const { modules } = peers[framework];
    const public_ = new Set(
      Object.entries(modules).flatMap(([path, names]) => (path in LEFT_OUT ? [] : Object.keys(names))),
    );
    const listed = [...rows, ...statesOf(peers[framework], TABLES[framework])];
    assertEquals(listed.toSorted(), [...public_].toSorted());
  });

  Deno.test(`every name of ours beside one of ${framework} is exported by mod.ts`, () => {
    for (const [name, row] of rowsOf(framework)) {
      if (!("ours" in row)) continue;
      assert(row.ours.length > 0, name);
      for (const ours of row.ours) assert(exported.has(ours), `${name}: mod.ts does not export ${ours}`);
    }
  });

  Deno.test(`no name of ${framework} that mod.ts exports is said to be missing`, () => {
    const lowered = new Set([...exported].map((name) => name.toLowerCase()));
    for (const [name, row] of rowsOf(framework)) {
      const named = (of: ReadonlySet<string>) =>
        framework === "optax" ? of.has(camelCase(name)) : of.has(name.toLowerCase());
      const exists = named(framework === "optax" ? exported : lowered);
      if ("ours" in row) {
        const ours = framework === "optax" ? row.ours : row.ours.map((own) => own.toLowerCase());
        assert(!exists || named(new Set(ours)), `${name}: mod.ts exports that name, which its row lacks`);
        continue;
      }
      assert(!exists, `${name}: mod.ts exports it; write its row in tools/names`);
      if ("reason" in row) {
        assert(row.reason.length > 20, `${name} needs a reason`);
        continue;
      }
      assert(row.planned.length > 0, name);
      for (const coming of row.planned) {
        assert(!exported.has(coming), `${name}: mod.ts exports ${coming}; write its row in tools/names`);
      }
    }
  });
}
