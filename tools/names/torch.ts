/**
 * The names of torch.optim beside ours.
 *
 * @module
 */
import { each, none, same, type Section } from "./row.ts";

/** Every name of `torch.optim`, `torch.optim.lr_scheduler` and `torch.optim.swa_utils`. */
export const TORCH: readonly Section[] = [
  {
    title: "torch.optim",
    rows: {
      ASGD: same("asgd"),
      Adadelta: same("adadelta"),
      Adafactor: same("adafactor"),
      Adagrad: same("adagrad"),
      Adam: same(["adam", "amsgrad"], "`amsgrad` for `amsgrad=True`"),
      AdamW: same("adamw"),
      Adamax: same("adamax"),
      LBFGS: same("lbfgs", '`lineSearch: "strong-wolfe"`, for full batches'),
      Muon: same("muon", "in the parameters' type, where PyTorch iterates in bfloat16"),
      NAdam: same(["nadam", "nadamw"], "`nadamw` for `decoupled_weight_decay=True`"),
      Optimizer: same(["Optimizer", "optimizer"], "`optimizer` makes one from a rule of your own"),
      RAdam: same("radam"),
      RMSprop: same("rmsprop"),
      Rprop: same("rprop"),
      SGD: same(["sgd", "momentum", "nesterov"]),
      SparseAdam: none(
        "Gradients are dense: a graph's `Gather` has a gradient of the whole table. `adam` is exact.",
      ),
      swap_in_optimizer_params_and_state: none(
        "Parameters and state are values that `update` takes and returns, so nothing needs swapping.",
      ),
      functional: none("A module of PyTorch's own single steps: `update` is a pure function here."),
      lr_scheduler: none("A module: its names are below."),
      swa_utils: none("A module: its names are below."),
    },
  },
  {
    title: "torch.optim.lr_scheduler",
    rows: {
      ChainedScheduler: same("chainSchedules", "for schedulers that multiply the rate"),
      ConstantLR: same("piecewiseConstant", "`{ boundaries: [total_iters], values: [factor * rate, rate] }`"),
      CosineAnnealingLR: same("cosineDecay", "PyTorch's rises again after `T_max`; ours stays"),
      CosineAnnealingWarmRestarts: same("cosineRestarts"),
      CyclicLR: same("cyclic", "`scale` for `scale_fn`"),
      ExponentialLR: same("exponentialDecay"),
      LRScheduler: same("Schedule", "a function of the number of updates done"),
      LambdaLR: same("Schedule", "any function: `learningRate: (count) => rate * lambda(count)`"),
      LinearLR: same("linearSchedule"),
      MultiStepLR: same("multiStepDecay"),
      MultiplicativeLR: same("multiplicative"),
      OneCycleLR: same(["oneCycle", "oneCycleMomentum"]),
      PolynomialLR: same("polynomialDecay"),
      ReduceLROnPlateau: same("plateau"),
      SequentialLR: same("joinSchedules"),
      StepLR: same("stepDecay"),
    },
  },
  {
    title: "torch.optim.swa_utils",
    rows: {
      AveragedModel: same("averaged", "around the optimizer; `evaluationParams` gives the average"),
      SWALR: same(
        ["cosineDecay", "linearSchedule"],
        "`{ initial, final: swa_lr, steps: anneal_epochs }`; `joinSchedules` begins it later",
      ),
      ...each(["get_ema_avg_fn", "get_ema_multi_avg_fn"], same("averaged", "`{ decay }`")),
      ...each(["get_swa_avg_fn", "get_swa_multi_avg_fn"], same("averaged", "without `decay`")),
      update_bn: same("fit", "computes the statistics that belong to an average: `evaluationBuffers`"),
    },
  },
];
