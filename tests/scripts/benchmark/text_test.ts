import { assert, assertEquals } from "@std/assert";
import { type Data, type DataTensor, GETTYSBURG_ADDRESS } from "../../../mod.ts";
import { textParts } from "../../../scripts/benchmark/embedded/text.ts";

const rowsOf = (data: Data, name: string) => {
  const { data: all, shape } = data[name] as DataTensor;
  const numbers = Array.from(all as Int32Array);
  return Array.from({ length: shape[0]! }, (_, i) => numbers.slice(i * shape[1]!, (i + 1) * shape[1]!));
};

Deno.test("textParts(): windows of the text's characters, with the next ones as targets, apart by part", () => {
  const { train, validation, test, vocabulary } = textParts();
  const length = GETTYSBURG_ADDRESS.length;
  const held = Math.round(0.15 * length);
  // The numbers of characters, learned from the training windows alone.
  const numbers = new Map<string, number>();
  const starts: readonly (readonly [Data, number, number])[] = [
    [train, 0, 4],
    [validation, length - 2 * held, 16],
    [test, length - held, 16],
  ];
  for (const [data, from, stride] of starts) {
    const [tokens, targets] = [rowsOf(data, "tokens"), rowsOf(data, "target")];
    tokens.forEach((row, i) =>
      [...row, targets[i]!.at(-1)!].forEach((number, j) => {
        const character = GETTYSBURG_ADDRESS[from + i * stride + j]!;
        assertEquals(number, numbers.get(character) ?? number, `'${character}' of window ${i}`);
        numbers.set(character, number);
        if (j > 0) assertEquals(targets[i]![j - 1], number);
      })
    );
    const end = from + (tokens.length - 1) * stride + 17;
    assert(end <= (data === train ? length - 2 * held : data === validation ? length - held : length));
  }
  assertEquals(numbers.size, new Set(numbers.values()).size);
  assert(numbers.size <= vocabulary);
});
