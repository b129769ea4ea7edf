/** Follows README in a copy of the repository, and compares it with what it is written from. */
import { assert, assertEquals } from "@std/assert";
import { withAddress } from "../../tools/readme/address.ts";
import { stepsOf } from "../../tools/readme/blocks.ts";
import { faults, follow } from "../../tools/readme/follow.ts";
import { differences } from "../../tools/readme/same_output.ts";
import { withSpeed } from "../../tools/readme/speed.ts";
import { copyTo } from "./how_to.ts";

const read = (path: string) => Deno.readTextFile(new URL(`../../${path}`, import.meta.url));
const README = await read("README.md");

Deno.test("README's figures of speed are those of bench/README.md: deno task docs writes them", async () => {
  assertEquals(README, withSpeed(README, await read("bench/README.md")));
});

Deno.test("README names the address of tools/readme/address.ts: deno task docs writes it", () => {
  assertEquals(README, withAddress(README));
});

Deno.test("README's commands print what README shows", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await copyTo(folder);
    const followed = await follow(README, { folder, deno: Deno.execPath(), env: { DESCENT_THREADS: "1" } });
    assertEquals(followed.filter(({ output }) => output !== null).length, 2);
    assertEquals(faults(followed), []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("README's picture names the optimizers that its command trains", async () => {
  const [digits] = stepsOf(README);
  assert(digits !== undefined && "output" in digits && digits.output !== null);
  const printed = digits.output.split("\n");
  const lines = printed.slice(printed.findIndex((line) => /^-+ /.test(line)) + 1);
  const rows = lines.slice(0, lines.findIndex((line) => /^model\.onnx/.test(line))).map((line) =>
    line.split(/\s+/)
  );
  const texts = [...(await read("docs/digits.svg")).matchAll(/<text[^>]*>([^<]+)<\/text>/g)].map(([, t]) =>
    t!
  );
  assertEquals(rows.length, 7);
  assertEquals(rows.map(([name]) => name!).filter((name) => !texts.includes(name)), []);
});

const TABLE = `rule  loss   accuracy  seconds
----  -----  --------  -------
sgd   0.054  97.21%       0.31
momentum finds 0.00412

Written to runs/digits/20261130-1
`;

Deno.test("differences() masks times and folders, and allows 2 % for numbers", () => {
  const other = TABLE.replace("0.31", "9.75").replace("20261130-1", "20270101-2").replace("0.054", "0.055");
  assertEquals(differences(TABLE, other), []);
});

Deno.test("differences() reports other words, other numbers, and lines that are missing", () => {
  for (
    const [from, to] of [["sgd", "adam"], ["0.054", "0.056"], ["97.21%", "91.21%"], ["97.21%", "97.21"], [
      "0.00412",
      "0.00512",
    ]] as const
  ) assertEquals(differences(TABLE, TABLE.replace(from, to)).length, 1, `${from} to ${to}`);
  assertEquals(differences(TABLE, TABLE.replace("Written to runs/digits/20261130-1\n", "")).length, 1);
});

Deno.test("follow() reports a command that fails, and one that prints something else", async () => {
  const page = "```sh\nnpx -y deno@2.9.6 one\n```\n\n```text\none 1.00\n```\n\n```sh\nexit 3\n```\n";
  const folder = await Deno.makeTempDir();
  const followed = await follow(page, { folder, deno: "echo one 2.00 #" });
  await Deno.remove(folder);
  assertEquals(faults(followed), [
    'npx -y deno@2.9.6 one: line 1: the page shows "one 1.00", the command printed "one 2.00"',
    "exit 3: exit code 3",
  ]);
});
