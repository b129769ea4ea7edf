/**
 * Checkpoints and safetensors files.
 *
 * @module
 */
export {
  type Checkpoint,
  CheckpointError,
  exactJson,
  parseExactJson,
  readCheckpoint,
  writeCheckpoint,
} from "./checkpoint.ts";
export { readWeights, type ReadWeightsOptions } from "./read_weights.ts";
export { replaceFile } from "../../files/mod.ts";
export {
  encodeSafetensors,
  parseSafetensors,
  type Safetensors,
  safetensorsChunks,
  SafetensorsError,
  type SafetensorsOptions,
  writeSafetensors,
} from "./safetensors.ts";
