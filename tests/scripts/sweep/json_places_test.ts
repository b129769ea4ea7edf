/** Places of fields in sweep files, and of errors of syntax. */
import { assertEquals, assertThrows } from "@std/assert";
import { jsonPlaces, JsonSyntaxError, placeAt } from "../../../scripts/sweep/json_places.ts";

const TEXT = `{
  "experiment": "digits", "a\\"b": { "": [] },
  "space": {
    "adam.beta1": [0.9, -1.5e-3, "x\\u00e9", true, [null, {}]]
  }
}`;

Deno.test("jsonPlaces() finds members at their names, and elements", () => {
  const places = jsonPlaces(TEXT);
  const found = Object.fromEntries(
    [...places].map(([path, at]) => [path, Object.values(placeAt(TEXT, at)).join(":")]),
  );
  assertEquals(found, {
    "": "1:1",
    experiment: "2:3",
    'a"b': "2:27",
    'a"b.': "2:37",
    space: "3:3",
    "space.adam.beta1": "4:5",
    "space.adam.beta1[0]": "4:20",
    "space.adam.beta1[1]": "4:25",
    "space.adam.beta1[2]": "4:34",
    "space.adam.beta1[3]": "4:45",
    "space.adam.beta1[4]": "4:51",
    "space.adam.beta1[4][0]": "4:52",
    "space.adam.beta1[4][1]": "4:58",
  });
});

/** Texts that may be JSON: `jsonPlaces()` must take those that `JSON.parse` takes, and no others. */
const TEXTS = [
  ...["1", "-0", "1.5E+3", "01", "1.", ".5", "-", "+1", "1e", "0x1", "NaN", "truer", "true", "nul", '"'],
  ...['"\\x"', '"\\u12"', '"\\u1234"', '"a\tb"', '"a\nb"', "'a'", "", " ", "\u00a0", "[]", "[", "[1,]"],
  ...["[1 2]", "[,]", "{}", "{", '{"a"}', '{"a":}', '{"a":1,}', '{"a":1 "b":2}', "{a:1}", '{"a":1}}', "[]]"],
  ...["[1]\n", "\ufeff[]", "// c\n1", "[1,\r\n2]", '{"a":{"b":[{"c":null}]}}', "tru", "1 2", "[1]x"],
];

Deno.test("jsonPlaces() takes the texts that JSON.parse() takes", () => {
  for (const text of TEXTS) {
    if (isJson(text)) jsonPlaces(text);
    else assertThrows(() => jsonPlaces(text), JsonSyntaxError, "", JSON.stringify(text));
  }
  assertEquals(TEXTS.filter(isJson).length, 10);
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

Deno.test("jsonPlaces() says what it expected, and where", () => {
  const cases: readonly (readonly [text: string, message: string, place: string])[] = [
    ['{\n  "a": [1, 2 }\n}', 'expected "," or "]", got "}"', "2:14"],
    ["{\n  a: 1 }", 'expected a name in double quotes, got "a:"', "2:3"],
    ['{"a" 1}', 'expected ":" after the name "a", got "1}"', "1:6"],
    ['{"a": 1 "b": 2}', 'expected "," or "}", got "\\"b\\":"', "1:9"],
    ["[1,\n", "expected a value, got the end of the file", "2:1"],
    ["[] []", 'expected the end of the file, got "[]"', "1:4"],
    [`${"[".repeat(60)}${"]".repeat(60)}`, "values nest deeper than 50", "1:52"],
  ];
  for (const [text, message, place] of cases) {
    const error = assertThrows(() => jsonPlaces(text), JsonSyntaxError, message);
    assertEquals(Object.values(placeAt(text, error.at)).join(":"), place, text);
  }
});
