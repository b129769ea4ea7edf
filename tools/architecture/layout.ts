/**
 * Places rooms and arrows: rooms of one layer side by side, in the order in which their arrows cross least.
 *
 * @module
 */
import { type Imports, layersOf } from "./layers.ts";

/** A room in the picture, or a place where an arrow passes through a layer. */
export interface Box {
  readonly name: string;
  /** Lines of text below the name. */
  readonly lines: readonly string[];
  readonly width: number;
  readonly height: number;
  /** The upper left corner. */
  x: number;
  y: number;
}

/** A picture: boxes, and the points that each arrow passes. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly arrows: readonly (readonly { readonly x: number; readonly y: number }[])[];
}

const GAP = { x: 28, y: 52 };
const MARGIN = 16;
const LINE = 17;
/** The width of a letter of the name, and of a letter of a line. */
const LETTER = { name: 9, line: 6.6 };
/** The space that an arrow takes where it passes a layer. */
const PASSAGE = 20;
/** The number of passes that improve the order of the layers. */
const ROUNDS = 24;

/** A chain of boxes from the importing room to the imported one, with one box in each layer between. */
type Chain = readonly Box[];

/** Returns the layout of rooms; `lines` gives the text below each name. */
export function layout(
  imports: Imports,
  { lines, arrows }: { lines: (name: string) => readonly string[]; arrows: Imports },
): Layout {
  const layerOf = layersOf(imports);
  const layers: Box[][] = Array.from({ length: Math.max(...layerOf.values()) + 1 }, () => []);
  const boxes = new Map(
    [...layerOf.keys()].sort().map((name): [string, Box] => {
      const box = boxOf(name, lines(name));
      layers[layerOf.get(name)!]!.push(box);
      return [name, box];
    }),
  );
  const chains: Chain[] = [];
  for (const [from, all] of [...arrows].sort(byName)) {
    for (const to of [...all].sort()) {
      const [first, last] = [layerOf.get(from)!, layerOf.get(to)!];
      const passages = Array.from({ length: last - first - 1 }, (_, i) => {
        const passage: Box = { name: "", lines: [], width: PASSAGE, height: 0, x: 0, y: 0 };
        layers[first + 1 + i]!.push(passage);
        return passage;
      });
      chains.push([boxes.get(from)!, ...passages, boxes.get(to)!]);
    }
  }
  order(layers, chains);
  const width = place(layers, chains);
  const last = layers.at(-1)!;
  const height = Math.max(...last.map((b) => b.y + b.height)) + MARGIN;
  return {
    width,
    height,
    boxes: [...boxes.values()],
    arrows: chains.map((chain) => pointsOf(chain, chains)),
  };
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

function boxOf(name: string, lines: readonly string[]): Box {
  const letters = Math.max(name.length * LETTER.name, ...lines.map((line) => line.length * LETTER.line));
  return { name, lines, width: Math.ceil(letters) + 28, height: 34 + lines.length * LINE, x: 0, y: 0 };
}

/** Orders each layer by the mean place of the neighbors, downwards and upwards in turns, and keeps the best order. */
function order(layers: Box[][], chains: readonly Chain[]): void {
  let best = layers.map((layer) => [...layer]);
  let least = crossings(layers, chains);
  for (let round = 0; round < ROUNDS; round++) {
    const down = round % 2 === 0;
    const around = neighbors(chains, down);
    for (const layer of down ? layers : layers.toReversed()) {
      const at = new Map(
        layers.flatMap((l) => l.map((box, i): [Box, number] => [box, (i + 0.5) / l.length])),
      );
      const wish = (box: Box) => mean((around.get(box) ?? []).map((n) => at.get(n)!)) ?? at.get(box)!;
      const wishes = new Map(layer.map((box) => [box, wish(box)]));
      layer.sort((a, b) => wishes.get(a)! - wishes.get(b)!);
    }
    const count = crossings(layers, chains);
    if (count < least) [least, best] = [count, layers.map((layer) => [...layer])];
  }
  best.forEach((layer, i) => layers[i]!.splice(0, Infinity, ...layer));
}

/** Returns for each box its neighbors in the layer above or below. */
function neighbors(chains: readonly Chain[], above: boolean): Map<Box, Box[]> {
  const found = new Map<Box, Box[]>();
  for (const chain of chains) {
    chain.slice(1).forEach((lower, i) => {
      const [from, to] = above ? [lower, chain[i]!] : [chain[i]!, lower];
      found.set(from, [...(found.get(from) ?? []), to]);
    });
  }
  return found;
}

/** Returns how many pairs of arrows cross between two layers. */
function crossings(layers: readonly Box[][], chains: readonly Chain[]): number {
  const at = new Map(layers.flatMap((layer) => layer.map((box, i): [Box, number] => [box, i])));
  const layerOf = new Map(layers.flatMap((layer, l) => layer.map((box): [Box, number] => [box, l])));
  const parts = chains.flatMap((chain) =>
    chain.slice(1).map((lower, i) => ({
      layer: layerOf.get(lower)!,
      a: at.get(chain[i]!)!,
      b: at.get(lower)!,
    }))
  );
  let count = 0;
  parts.forEach((p, i) => {
    for (const q of parts.slice(i + 1)) {
      if (p.layer === q.layer && (p.a - q.a) * (p.b - q.b) < 0) count++;
    }
  });
  return count;
}

/** Gives each box its place: near the mean of its neighbors, in order and without overlap. Returns the width of all. */
function place(layers: readonly Box[][], chains: readonly Chain[]): number {
  let y = MARGIN;
  for (const layer of layers) {
    let x = MARGIN;
    const height = Math.max(...layer.map((box) => box.height));
    for (const box of layer) {
      [box.x, box.y] = [x, y + (height - box.height) / 2];
      x += box.width + GAP.x;
    }
    y += height + GAP.y;
  }
  const [above, below] = [neighbors(chains, true), neighbors(chains, false)];
  for (let round = 0; round < ROUNDS; round++) {
    for (const layer of layers) {
      const wish = (box: Box) =>
        (mean([...(above.get(box) ?? []), ...(below.get(box) ?? [])].map(middle)) ?? middle(box)) -
        box.width / 2;
      spread(layer, layer.map(wish));
    }
  }
  const all = layers.flat();
  const left = Math.min(...all.map((box) => box.x)) - MARGIN;
  for (const box of all) box.x = Math.round(box.x - left);
  return Math.max(...all.map((box) => box.x + box.width)) + MARGIN;
}

/** Moves boxes as close to their desired places as their order allows: the mean of packing from the left and from the right. */
function spread(layer: readonly Box[], wishes: readonly number[]): void {
  const fromLeft: number[] = [];
  layer.forEach((_, i) => {
    const before = i === 0 ? -Infinity : fromLeft[i - 1]! + layer[i - 1]!.width + GAP.x;
    fromLeft.push(Math.max(wishes[i]!, before));
  });
  const fromRight: number[] = [];
  for (let i = layer.length - 1; i >= 0; i--) {
    const after = i === layer.length - 1 ? Infinity : fromRight[i + 1]! - layer[i]!.width - GAP.x;
    fromRight[i] = Math.min(wishes[i]!, after);
  }
  layer.forEach((box, i) => box.x = (fromLeft[i]! + fromRight[i]!) / 2);
}

function middle(box: Box): number {
  return box.x + box.width / 2;
}

function mean(numbers: readonly number[]): number | undefined {
  return numbers.length === 0 ? undefined : numbers.reduce((a, b) => a + b, 0) / numbers.length;
}

/** Returns the points of an arrow; arrows that share a side of a box are spread over it. */
function pointsOf(chain: Chain, chains: readonly Chain[]): { x: number; y: number }[] {
  return chain.flatMap((box, i) => {
    if (box.name === "") return [{ x: middle(box), y: box.y }];
    const isFirst = i === 0;
    const next = (c: Chain) => middle(isFirst ? c[1]! : c.at(-2)!);
    const sharing = chains.filter((c) => (isFirst ? c[0] : c.at(-1)) === box).sort((a, b) =>
      next(a) - next(b)
    );
    const share = (sharing.indexOf(chain) + 1) / (sharing.length + 1);
    return [{ x: Math.round(box.x + share * box.width), y: isFirst ? box.y + box.height : box.y }];
  });
}
