/**
 * The stages of a list of augmentations.
 *
 * @module
 */
import type { Augmentation, HorizontalFlip, RandomCrop } from "./augmentation.ts";
import { cutoutStage } from "./cutout_stage.ts";
import type { ImageSize, Stage } from "./draw.ts";
import { type MixupStage, mixupStage } from "./mixup_stage.ts";
import { type Move, movesStage } from "./moves.ts";

/** Returns the stages of a list: crops and flips that follow one another are one. */
export function stagesOf(
  list: readonly Augmentation[],
  { name, image, black, mixups }: {
    name: string;
    image: () => ImageSize;
    black: number;
    mixups: MixupStage[];
  },
): Stage[] {
  const stages: Stage[] = [];
  for (let i = 0; i < list.length; i++) {
    const augmentation = list[i]!;
    const own = `${name}/${i}`;
    if (augmentation.kind === "cutout") {
      stages.push(cutoutStage(augmentation, { name: own, image: image() }));
    } else if (augmentation.kind === "mixup") {
      const stage = mixupStage(augmentation, own);
      mixups.push(stage);
      stages.push(stage);
    } else {
      const moves: Move[] = [];
      for (; i < list.length && isMove(list[i]!); i++) {
        moves.push({ augmentation: list[i] as Move["augmentation"], stream: `${name}/${i}` });
      }
      i--;
      stages.push(movesStage(moves, { name: own, image: image(), black }));
    }
  }
  return stages;
}

function isMove(augmentation: Augmentation): augmentation is RandomCrop | HorizontalFlip {
  return augmentation.kind === "randomCrop" || augmentation.kind === "horizontalFlip";
}
