/**
 * The stages of a list of augmentations.
 *
 * @module
 */
import type { Augmentation, Cutout } from "./augmentation.ts";
import { cutoutStage } from "./cutout_stage.ts";
import type { ImageSize, Stage } from "./draw.ts";
import { mixupStage } from "./mixup_stage.ts";
import { type Move, movesStage } from "./moves.ts";

/** An augmentation, and the stream of its random numbers. */
interface Placed {
  readonly augmentation: Augmentation;
  readonly stream: string;
}

/** Returns the stages of a list: crops and flips that follow one another are one, named as the first of them. */
export function stagesOf(
  list: readonly Augmentation[],
  { name, image, black }: { name: string; image: () => ImageSize; black: number },
): Stage[] {
  return groupsOf(list.map((augmentation, i) => ({ augmentation, stream: `${name}/${i}` }))).map((group) => {
    if (group.every(isMove)) return movesStage(group, { name: group[0]!.stream, image: image(), black });
    const [{ augmentation, stream }] = group as [Placed];
    return augmentation.kind === "mixup"
      ? mixupStage(augmentation, stream)
      : cutoutStage(augmentation as Cutout, { name: stream, image: image() });
  });
}

/** Groups crops and flips that follow one another; all else stays alone. */
function groupsOf(list: readonly Placed[]): Placed[][] {
  const groups: Placed[][] = [];
  for (const placed of list) {
    const before = groups.at(-1);
    if (before !== undefined && isMove(before[0]!) && isMove(placed)) before.push(placed);
    else groups.push([placed]);
  }
  return groups;
}

function isMove(placed: Placed): placed is Placed & Move {
  const { kind } = placed.augmentation;
  return kind === "randomCrop" || kind === "horizontalFlip";
}
