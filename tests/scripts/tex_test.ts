import { assertEquals, assertStringIncludes } from "@std/assert";
import { escapeTex, texFile } from "../../scripts/report/mod.ts";

Deno.test("escapeTex() escapes what is special in LaTeX, and writes symbols in math mode", () => {
  assertEquals(
    escapeTex('a&b%c$d#e_f{g}h~i^j\\k<l>m|n"o'),
    "a\\&b\\%c\\$d\\#e\\_f\\{g\\}h\\textasciitilde{}i\\textasciicircum{}j\\textbackslash{}k" +
      "\\textless{}l\\textgreater{}m\\textbar{}n\\textquotedbl{}o",
  );
  assertEquals(escapeTex("1.2 ± 0.3 × 2/η, größer"), "1.2 $\\pm$ 0.3 $\\times$ 2/$\\eta$, größer");
});

Deno.test("texFile() returns every table with its caption, numbers aligned at the right", () => {
  const { name, content } = texFile([
    {
      title: "Losses of 5 % of the data",
      header: ["optimizer", "test loss", "verdict"],
      rows: [["./my_rule.ts", "0.31 ± 0.02", "holds"], ["adam", "", "undecided"]],
      note: "Means over 8 seeds.",
    },
    { header: ["a"], rows: [["x & y"]] },
  ]);
  assertEquals(name, "tables.tex");
  assertStringIncludes(content, "\\caption{Losses of 5 \\% of the data. Means over 8 seeds.}");
  assertStringIncludes(
    content,
    "\\begin{tabular}{lrl}\n\\toprule\noptimizer & test loss & verdict \\\\\n\\midrule\n" +
      "./my\\_rule.ts & 0.31 $\\pm$ 0.02 & holds \\\\\nadam &  & undecided \\\\\n\\bottomrule\n",
  );
  assertEquals(content.match(/\\caption/g)?.length, 1);
  assertStringIncludes(content, "x \\& y \\\\");
});
