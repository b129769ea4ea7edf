/**
 * Forms: the choice among equivalent forms of a gradient, from shapes and the kind of device.
 *
 * Rules hold the mathematics of every form and ask here for the one to write. All forms of a gradient are equal up to
 * rounding. Which is fastest was measured; each policy names the section of `bench/README.md` that has the figures.
 *
 * @module
 */
export {
  type InputGradientForm,
  inputGradientForm,
  type WeightGradientForm,
  weightGradientForm,
  type Weights,
} from "./convolution.ts";
export { type SoftmaxForm, softmaxForm, type TargetsForm, targetsForm } from "./loss.ts";
export { type RowProductForm, rowProductForm } from "./matmul.ts";
export { type FirstEntriesForm, firstEntriesForm, type MaxPoolForm, maxPoolForm } from "./pooling.ts";
export { type MaskForm, maskForm } from "./relu.ts";
