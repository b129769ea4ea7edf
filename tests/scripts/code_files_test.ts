import { assertEquals } from "@std/assert";
import { codeFiles } from "../../scripts/inputs/code_files.ts";
import { inFolder } from "./process.ts";

Deno.test("codeFiles() finds the files that a module imports, in every form of an import, and by URL", () =>
  inFolder(async (folder) => {
    const library = new URL("../../mod.ts", import.meta.url).href;
    const rule = [
      `import { sgd } from "${library}";`,
      'import{a}from"./a.ts"',
      "import './b.ts';",
      'export * from\n  "./sub/c.ts";',
      "const d = await import(`./d.ts`);",
      'import e from "./e.json" with { type: "json" };',
      'Deno.readTextFileSync(new URL("./f.txt", import.meta.url));',
      'new Worker(import.meta.resolve("./g.ts"), { type: "module" });',
      'import { x } from "npm:x";',
      'import { missing } from "./missing.ts";',
      "const h = await import(`./${name}.ts`);",
    ];
    await Deno.mkdir(`${folder}/sub`);
    const write = (name: string, text: string) => Deno.writeTextFile(`${folder}/${name}`, text);
    await write("rule.ts", rule.join("\n"));
    for (const name of ["a.ts", "b.ts", "d.ts", "e.json", "f.txt", "g.ts", "h.ts"]) await write(name, "");
    await write("sub/c.ts", 'import "../h.ts"; import "../rule.ts";');
    assertEquals(
      (await codeFiles(`${folder}/rule.ts`)).sort(),
      ["a.ts", "b.ts", "d.ts", "e.json", "f.txt", "g.ts", "h.ts", "missing.ts", "rule.ts", "sub/c.ts"]
        .map((name) => `${folder}/${name}`),
    );
  }));
