import { assertEquals } from "@std/assert";
import { parse, stringify } from "@std/csv";

Deno.test("stringify ends lines in CR LF, writes absent values as nothing, and booleans as 1 or nothing", () => {
  const rows = [
    { name: "a", value: 0.1, reached: true },
    { name: "b", value: NaN, reached: false, more: 1 },
    { value: null, reached: undefined },
  ];
  assertEquals(
    stringify(rows, { columns: ["name", "value", "reached"] }),
    "name,value,reached\r\na,0.1,1\r\nb,NaN,\r\n,,\r\n",
  );
  assertEquals(stringify(rows.slice(0, 1), { columns: ["value"], headers: false }), "0.1\r\n");
  assertEquals(stringify([], { columns: ["a", "b"] }), "a,b\r\n");
  assertEquals(stringify([{ a: [1, "x"] }], { columns: ["a"], headers: false }), '"[1,""x""]"\r\n');
});

Deno.test("parse reads any text that stringify writes", () => {
  const texts = ["", "plain", "a,b", 'say "a"', "two\r\nlines", "two\nlines", "one\r", " spaces ", "é"];
  const rows = texts.map((text) => ({ "a,b": text, c: "end" }));
  assertEquals(parse(stringify(rows, { columns: ["a,b", "c"] }), { skipFirstRow: true }), rows);
});
