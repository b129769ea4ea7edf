/**
 * The optimizers and schedules of Optax beside ours.
 *
 * @module
 */
import { none, same, type Section } from "./row.ts";

/** The optimizers of `optax` and `optax.contrib`. */
export const RULES: Section = {
  title: "Optimizers",
  rows: {
    acprop: same("acprop", '`form: "optax"`'),
    adabelief: same("adabelief"),
    adadelta: same("adadelta"),
    adafactor: same("adafactor", '`form: "optax"`'),
    adagrad: same("adagrad"),
    adam: same(["adam", "nadam"], '`nadam({ form: "optax" })` for `nesterov=True`'),
    adamax: same("adamax"),
    adamaxw: same("adamaxw"),
    adamw: same(["adamw", "nadamw"], '`nadamw({ form: "optax" })` for `nesterov=True`'),
    adan: same("adan", '`form: "optax"`'),
    ademamix: same("ademamix"),
    adopt: same("adopt"),
    amsgrad: same("amsgrad", '`variant: "optax"`'),
    cocob: same("cocob"),
    dadapt_adamw: same("dadaptAdam", "`decoupledWeightDecay: true`"),
    dog: same("dog"),
    dowg: same("dowg"),
    dpsgd: same("dpSgd", "its own random numbers"),
    fromage: same("fromage"),
    galore: same(
      "galore",
      '`{ form: "optax", projType: "reverse-std", scale: 1, epsilon: 1e-8 }`; Adam inside',
    ),
    lamb: same("lamb"),
    lars: same("lars"),
    lbfgs: same("lbfgs", '`lineSearch: "zoom"`, for full batches'),
    lion: same("lion"),
    madgrad: same("madgrad"),
    mechanize: same("mechanic", '`form: "optax"`'),
    momo: same("momo"),
    momo_adam: same("momoAdam"),
    muon: same("muon", '`form: "optax"`'),
    nadam: same("nadam", '`form: "optax"`'),
    nadamw: same("nadamw", '`form: "optax"`'),
    noisy_sgd: same(["chain", "gradientNoise", "sgd"], "`chain(gradientNoise(), sgd())`"),
    novograd: same("novograd"),
    optimistic_adam: same("optimisticAdam", "deprecated in Optax: `optimistic_adam_v2`"),
    optimistic_adam_v2: same("optimisticAdam", "`nesterov: true`"),
    optimistic_gradient_descent: same("optimisticGradientDescent"),
    polyak_sgd: same("polyak"),
    prodigy: same("prodigy"),
    radam: same("radam"),
    rmsprop: same("rmsprop"),
    rprop: same("rprop", '`form: "optax"`'),
    schedule_free_adamw: same("scheduleFreeAdamw", '`form: "optax"`'),
    schedule_free_sgd: same("scheduleFreeSgd", '`form: "optax"`'),
    sgd: same("sgd"),
    sign_sgd: same("signSgd"),
    signum: same("signum"),
    simplified_ademamix: same("simplifiedAdemamix"),
    sm3: same("sm3"),
    sophia: same("sophia"),
    yogi: same("yogi"),
  },
};

/** The schedules. */
export const SCHEDULE_ROWS: Section = {
  title: "Schedules",
  rows: {
    constant_schedule: same("constantSchedule"),
    cosine_decay_schedule: same("cosineDecay"),
    cosine_onecycle_schedule: same("oneCycle", '`semantics: "optax"`'),
    exponential_decay: same(["exponentialDecay", "stepDecay"], "`stepDecay` for `staircase=True`"),
    inject_hyperparams: same("injectHyperparams", "every hyper-parameter takes a schedule without it"),
    inject_stateful_hyperparams: none(
      "Schedules are pure functions of the update. `plateau`, which looks at a metric, has its state outside the optimizer.",
    ),
    join_schedules: same("joinSchedules"),
    linear_onecycle_schedule: same(
      "oneCycle",
      '`{ interpolation: "linear", threePhases: true, semantics: "optax" }`',
    ),
    linear_schedule: same("linearSchedule", "`joinSchedules` for `transition_begin`"),
    piecewise_constant_schedule: same("piecewiseConstant", "values instead of factors"),
    piecewise_interpolate_schedule: same("piecewiseInterpolated", "values instead of factors"),
    polynomial_schedule: same("polynomialDecay", "`joinSchedules` for `transition_begin`"),
    reduce_on_plateau: same("plateau", '`semantics: "optax"`, in `fit` or by hand'),
    sgdr_schedule: same(
      ["cosineRestarts", "joinSchedules", "warmUp"],
      "for cycles of their own, `joinSchedules` of `warmUp(cosineDecay())`",
    ),
    warmup_constant_schedule: same(["warmUp", "constantSchedule"], "`warmUp(constantSchedule(peak), …)`"),
    warmup_cosine_decay_schedule: same(["warmUp", "cosineDecay"], "`warmUp(cosineDecay(…), …)`"),
    warmup_exponential_decay_schedule: same(
      ["warmUp", "exponentialDecay"],
      "`warmUp(exponentialDecay(…), …)`",
    ),
  },
};
