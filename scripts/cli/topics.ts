/**
 * Sorts options by topic, for the help.
 *
 * @module
 */

/** The topics, in the order of the help. The first one is that of options that only one command has. */
export const TOPICS = [
  "Options",
  "Data and model",
  "Optimizers",
  "Training",
  "Seeds and decisions",
  "Device",
  "Folder of the run",
  "Output",
] as const;

/** A topic of options. */
export type Topic = typeof TOPICS[number];

/** The options of each topic. An option that several commands have belongs here. */
const NAMES: Readonly<Partial<Record<Topic, readonly string[]>>> = {
  "Data and model": [
    "model",
    "data",
    "data-dir",
    "data-file",
    "train",
    "validation",
    "test",
    "share",
    "scale",
    "context",
    "vocabulary",
    "stream",
    "hidden",
    "loss",
    "classes",
    "output",
    "weights",
    "map",
    "match-shapes",
    "freeze",
    "parameters",
    "untie",
    "quantization",
    "batch-statistics",
  ],
  "Optimizers": ["optimizer", "learning-rate", "rates", "schedule", "clip", "search", "space", "budget"],
  "Training": [
    "epochs",
    "steps",
    "seconds",
    "batch-size",
    "augment",
    "label-smoothing",
    "on-nan",
    "watch-curvature",
  ],
  "Seeds and decisions": ["seed", "seeds", "max-seeds", "tuning-seeds", "effect", "deviation"],
  "Device": ["device", "precision", "tf32", "chunk"],
  "Folder of the run": ["out", "checkpoint-every", "keep", "tracker", "resume", "trust", "other-bits"],
  "Output": ["json", "quiet", "help", "version"],
};

/** Returns the topic of an option. */
export function topicOf(name: string, option?: { readonly topic?: Topic }): Topic {
  return option?.topic ?? TOPICS.find((topic) => NAMES[topic]?.includes(name)) ?? TOPICS[0];
}

/** Returns options in the order of their topics, and within a topic as the help shows them. */
export function inOrder<T extends { readonly name: string; readonly topic: Topic }>(
  options: readonly T[],
): T[] {
  const place = ({ name, topic }: T) => NAMES[topic]?.indexOf(name) ?? -1;
  return options.toSorted((a, b) => TOPICS.indexOf(a.topic) - TOPICS.indexOf(b.topic) || place(a) - place(b));
}
