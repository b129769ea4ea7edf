import { assertEquals } from "@std/assert";

const ROOT = new URL("../../", import.meta.url);

/** What each folder may import from, besides itself. `deps.ts` and `mod.ts` stand for themselves. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  "deps.ts": [],
  files: ["deps.ts"],
  options: [],
  random: ["options"],
  onnx: ["deps.ts", "files", "options"],
  schedules: ["options"],
  data: ["random", "files", "deps.ts", "options"],
  autodiff: ["onnx", "options"],
  models: ["onnx", "random", "options"],
  optim: ["onnx", "random", "options"],
  runtime: ["deps.ts", "files", "onnx", "random", "autodiff", "optim", "schedules", "options"],
  "mod.ts": ["deps.ts", "onnx", "random", "autodiff", "models", "optim", "schedules", "data", "runtime"],
  scripts: ["mod.ts", "files", "deno.json"],
  bench: ["mod.ts", "scripts"],
};

interface Info {
  modules: {
    specifier: string;
    dependencies?: { specifier: string; code?: { specifier?: string }; type?: { specifier?: string } }[];
  }[];
}

/** The imports that go against the layers, as `from -> to`, and npm packages named outside `deps.ts`. */
function wrongImports(info: Info, root: string): string[] {
  const folder = (url: string) => url.slice(root.length).split("/")[0]!;
  const wrong: string[] = [];
  for (const module of info.modules) {
    if (!module.specifier.startsWith(root)) continue;
    const from = folder(module.specifier);
    for (const d of module.dependencies ?? []) {
      const to = d.code?.specifier ?? d.type?.specifier ?? d.specifier;
      if (to.startsWith(root)) {
        if (folder(to) !== from && !ALLOWED[from]?.includes(folder(to))) {
          wrong.push(`${module.specifier.slice(root.length)} -> ${to.slice(root.length)}`);
        }
      } else if (from !== "deps.ts" && from !== "scripts" && from !== "bench") {
        wrong.push(`${module.specifier.slice(root.length)} -> ${to}`);
      }
    }
  }
  return wrong;
}

for (const entry of ["mod.ts", "scripts/experiment.ts"]) {
  Deno.test(`imports run one way only, from ${entry} down`, async () => {
    const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json", entry], cwd: ROOT })
      .output();
    const info = JSON.parse(new TextDecoder().decode(stdout)) as Info;
    assertEquals(info.modules.length > 50, true);
    assertEquals(wrongImports(info, ROOT.href), []);
  });
}

Deno.test("an import against the layers is found", () => {
  const module = (specifier: string, to: string) => ({
    specifier: `file:///d/${specifier}`,
    dependencies: [{ specifier: to, code: { specifier: to } }],
  });
  const modules = [
    module("onnx/graph.ts", "file:///d/optim/rules/adam.ts"),
    module("optim/rules/adam.ts", "file:///d/onnx/mod.ts"),
    module("models/dense.ts", "npm:left-pad@1.0.0"),
    module("deps.ts", "npm:left-pad@1.0.0"),
  ];
  assertEquals(wrongImports({ modules }, "file:///d/"), [
    "onnx/graph.ts -> optim/rules/adam.ts",
    "models/dense.ts -> npm:left-pad@1.0.0",
  ]);
});
