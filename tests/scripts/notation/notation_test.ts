import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "../../deps/fast_check.ts";
import {
  type Argument,
  type Call,
  isCall,
  NotationError,
  printCall,
  printCalls,
  readCall,
  readCalls,
  type Value,
} from "../../../scripts/notation/mod.ts";

const read = (text: string) => readCalls(text, "--optimizer");

/** Returns calls without their places in the text. */
const bare = (calls: readonly Call[]): unknown => calls.map(bareCall);
const bareCall = ({ name, args }: Call): unknown => [
  name,
  args.map((a) => [a.name, bareValue(a.value)]),
];
const bareValue = (v: Value): unknown =>
  typeof v !== "object" ? v : isCall(v) ? { call: bareCall(v) } : v.map(bareValue);

const word = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,8}$/).filter((w) => w !== "true" && w !== "false");
const name = fc.oneof(
  { weight: 4, arbitrary: word },
  fc.constantFrom("./mine.ts", "../a b/c (2).mjs", "/x/it's.js", "./a=b.ts", "swats-1e-5", "C:\\x\\y.ts"),
);
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((v) => (v === 0 ? 0 : v));
const { call } = fc.letrec<{ call: Call; value: Value; argument: Argument }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    number,
    fc.boolean(),
    fc.string({ unit: "grapheme" }),
    fc.array(tie("value"), { maxLength: 3 }),
    tie("call"),
  ),
  argument: fc.record({
    name: fc.option(fc.oneof(word, fc.string()), { nil: undefined }),
    value: tie("value"),
    at: fc.constant(0),
    valueAt: fc.constant(0),
  }) as fc.Arbitrary<Argument>,
  call: fc.record({
    name,
    args: fc.uniqueArray(tie("argument"), {
      maxLength: 3,
      selector: (a) => a.name,
      comparator: (a, b) => a !== undefined && a === b,
    }),
    at: fc.constant(0),
  }),
}));

Deno.test("reading what was printed gives the calls again", () => {
  fc.assert(
    fc.property(fc.array(call, { maxLength: 3 }), (calls) => {
      assertEquals(bare(read(printCalls(calls))), bare(calls));
    }),
    { numRuns: 500 },
  );
});

Deno.test("the printed text of what was read is canonical: it prints as itself, whatever the space was", () => {
  const space = fc.constantFrom("", " ", "  ", "\t");
  fc.assert(
    fc.property(call, space, space, (c, before, after) => {
      const canonical = printCall(c);
      assertEquals(printCall(readCall(canonical, "x")), canonical);
      assertEquals(printCall(readCall(`${before}${canonical}${after}`, "x")), canonical);
    }),
    { numRuns: 500 },
  );
});

Deno.test("any text is read or refused with its place in it", () => {
  const piece = fc.constantFrom(..."()[]=,'\"\\ -1.eE", "adam", "true", "./a.ts", "é");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }).map((p) => p.join("")), (text) => {
      try {
        const calls = read(text);
        assertEquals(bare(read(printCalls(calls))), bare(calls), text);
      } catch (error) {
        assert(error instanceof NotationError, `${text}: ${error}`);
        assert(error.below!.trimEnd().endsWith("^"));
      }
    }),
    { numRuns: 3000 },
  );
});

Deno.test("names, numbers, words, texts, lists and calls are read as such, and printed in one way", () => {
  for (
    const [text, canonical] of [
      ["adam", "adam"],
      [" adam( ) ,sgd", "adam, sgd"],
      ["adam,,sgd,", "adam, sgd"],
      ["adamw(beta1 = .95,weightDecay=1e-1)", "adamw(beta1=0.95, weightDecay=0.1)"],
      ["sgd(momentum=9E-1, nesterov=true)", "sgd(momentum=0.9, nesterov=true)"],
      ["scale(-1), x(y=-0), x(y=+2)", "scale(-1), x(y=0), x(y=2)"],
      ['adamw(exclude="*.bias|it\'s")', "adamw(exclude='*.bias|it\\'s')"],
      ["adam(epsilonPlacement=inside)", "adam(epsilonPlacement=inside)"],
      ["lookahead(adam(beta1=0.5), slowStepSize=0.5)", "lookahead(adam(beta1=0.5), slowStepSize=0.5)"],
      ["partition('*.bias'=sgd,adam())", "partition('*.bias'=sgd, adam)"],
      ["multiStep(milestones=[1,2 , 3])", "multiStep(milestones=[1, 2, 3])"],
      ["./mine.ts(beta=0.5)", "./mine.ts(beta=0.5)"],
      ["lookahead(./mine.ts)", "lookahead(./mine.ts)"],
      ["./mine (2).ts, adam", "./mine (2).ts, adam"],
      ["swats-1e-5", "swats-1e-5"],
      ["./no_file", "./no_file"],
      ["a=b;c&d.ts", "a=b;c&d.ts"],
    ] as const
  ) assertEquals(printCalls(read(text)), canonical, text);
  assertEquals(bare(read("a(b=c, d='c', e=1, f=true, g=[1])")), [
    ["a", [["b", { call: ["c", []] }], ["d", "c"], ["e", 1], ["f", true], ["g", [1]]]],
  ]);
});

/** Returns the message of a refused text, and the part of the text that the caret points at. */
function refused(text: string): [message: string, rest: string] {
  const { message, below } = assertThrows(() => read(text), NotationError);
  const [shown, caret] = below!.split("\n") as [string, string];
  return [message.replace("--optimizer: ", ""), shown.slice(caret.indexOf("^"))];
}

Deno.test("errors say what was expected, and point at the character", () => {
  assertEquals(refused("adam(beta1=)"), ["expected a value", ")"]);
  assertEquals(refused("adam(beta1=0.9"), ['"(" is not closed', "(beta1=0.9"]);
  assertEquals(refused("sgd, adam("), ['"(" is not closed', "("]);
  assertEquals(refused("adam(beta1=0.9,"), ['"(" is not closed', "(beta1=0.9,"]);
  assertEquals(refused("adam(beta1=[1, 2"), ['"[" is not closed', "[1, 2"]);
  assertEquals(refused("adam(beta1=0.9]"), ['expected a comma or ")"', "]"]);
  assertEquals(refused("adam(beta1=0.9) sgd"), ["expected a comma or the end", "sgd"]);
  assertEquals(refused("adam)"), ['expected a comma or the end; no "(" is open', ")"]);
  for (const [text, rest] of [["adam beta1=0.9", "=0.9"], ["adam[beta1=0.9]", "[beta1=0.9]"]] as const) {
    assertEquals(refused(text), [
      "expected a comma or the end; options stand in parentheses: adam(beta1=0.9)",
      rest,
    ]);
  }
  assertEquals(refused("adam(,)"), ["expected a value", ",)"]);
  assertEquals(refused("adam(beta1=0.9,)"), ["expected a value", ")"]);
  assertEquals(refused("adam(beta1=0.9, beta1=0.8)"), ["beta1 is given twice", "beta1=0.8)"]);
  assertEquals(refused("adam(beta1=1e999)"), ["1e999 is beyond the range of numbers", "1e999)"]);
  assertEquals(refused("adam(beta1=1e-999)"), ["1e-999 is beyond the range of numbers", "1e-999)"]);
  assertEquals(refused("adam(exclude='*.bias)"), ["the quote ' is not closed", "'*.bias)"]);
  assertEquals(refused("sgd(nesterov=true(1))"), ["true takes no arguments", "true(1))"]);
  assertEquals(refused("=3"), ["expected a name", "=3"]);
});

Deno.test("of a long text an error shows the part around the place", () => {
  const { below } = assertThrows(
    () => read(`${"adam, ".repeat(40)}sgd(momentum=)${", sgd".repeat(40)}`),
    NotationError,
  );
  const [shown, caret] = below!.split("\n") as [string, string];
  assert(shown.length < 110, shown);
  assertEquals(shown[caret.indexOf("^")], ")");
});

Deno.test("a text of a great depth is refused, not run out of stack by", () => {
  for (const open of ["a(", "a(["]) {
    assertThrows(() => read(open.repeat(50_000)), NotationError, "more than 32 values within one another");
  }
  assertEquals(printCalls(read(`${"a(".repeat(32)}a${")".repeat(32)}`)).length, 97);
});

Deno.test("one call is wanted where one is taken", () => {
  assertEquals(printCall(readCall("cosine( warmUp=100 )", "--schedule")), "cosine(warmUp=100)");
  assertThrows(() => readCall("", "--schedule"), NotationError, "--schedule: a name is missing");
  assertThrows(() => readCall("cosine, linear", "--schedule"), NotationError, "--schedule takes one");
});
