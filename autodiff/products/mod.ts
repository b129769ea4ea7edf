/**
 * Products of derivatives with vectors, as models: of the Hessian, the Jacobian, Gauss-Newton and Fisher matrices; and the
 * gradients of single examples.
 *
 * @module
 */
export { exampleGradientModel, type ExampleGradientOptions } from "./example_gradients.ts";
export { exampleLosses, scoresOf } from "./example_losses.ts";
export {
  type FisherKind,
  fisherModel,
  type FisherOptions,
  fisherProducts,
  sampledLosses,
} from "./fisher_model.ts";
export { gaussNewtonModel, type GaussNewtonOptions, gaussNewtonProducts } from "./gauss_newton_model.ts";
export { hessianProducts, type HvpMode, hvpModel, type HvpOptions } from "./hvp_model.ts";
export { type JacobianOptions, jvpModel, vjpModel } from "./jacobian_models.ts";
export { gradientsOf } from "../derived.ts";
