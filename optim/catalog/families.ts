/**
 * The table of optimizers and transforms by family. A new rule needs a row here, an `export` in `mod.ts`, and its
 * declarations in `declarations.ts`.
 *
 * @module
 */

/** An optimizer or transform in {@linkcode OPTIMIZER_FAMILIES}. */
export interface CatalogEntry {
  /**
   * The learning rate that suits small classifiers: the default of `--optimizer NAME`. The command line offers those
   * functions that have a rate.
   */
  readonly rate?: number;
  /** The paper, or the function of another library, that it follows: the text after `@see` in its documentation. */
  readonly paper: string;
}

/** Every optimizer and transform by family and by the name of its function. */
export const OPTIMIZER_FAMILIES = {
  "Update rules: the lecture's": {
    adagrad: {
      rate: 0.02,
      paper:
        "Duchi, Hazan, Singer: Adaptive subgradient methods for online learning and stochastic optimization, 2011.",
    },
    adam: { rate: 1e-3, paper: "Kingma, Ba: Adam: A method for stochastic optimization, 2015, Algorithm 1." },
    momentum: {
      paper: "Polyak: Some methods of speeding up the convergence of iteration methods, 1964; Qian, 1999.",
    },
    nesterov: {
      paper:
        "Nesterov: A method for solving the convex programming problem with convergence rate O(1/k^2), 1983; Sutskever et al., 2013, section 2.",
    },
    rmsprop: {
      rate: 1e-3,
      paper:
        "Tieleman, Hinton: Lecture 6.5 of Neural networks for machine learning, 2012; Graves, 2013, eqs. 38 to 41.",
    },
    gradientDescent: {
      rate: 0.5,
      paper: "Ruder: An overview of gradient descent optimization algorithms, 2016, section 2.1.",
    },
    sgd: {
      rate: 0.1,
      paper:
        "Sutskever, Martens, Dahl, Hinton: On the importance of initialization and momentum in deep learning, 2013.",
    },
    swats: {
      paper:
        "Keskar, Socher: Improving generalization performance by switching from Adam to SGD, 2017, Algorithm 1.",
    },
  },
  "Update rules: averages, momenta and signs": {
    aggmo: {
      rate: 0.02,
      paper:
        "Lucas, Sun, Zemel, Grosse: Aggregated momentum: Stability through passive damping, 2019, equation 4.",
    },
    asgd: {
      rate: 0.1,
      paper:
        "Polyak, Juditsky: Acceleration of stochastic approximation by averaging, 1992; Bottou: Large-scale machine learning with stochastic gradient descent, 2010, for the rate.",
    },
    lion: {
      rate: 3e-4,
      paper: "Chen et al.: Symbolic discovery of optimization algorithms, 2023, Program 1.",
    },
    muon: {
      paper:
        "Jordan et al.: Muon: An optimizer for hidden layers in neural networks, 2024; Liu et al.: Muon is scalable for LLM training, 2025, for `match-rms-adamw`.",
    },
    rprop: {
      rate: 1e-3,
      paper:
        "Riedmiller, Braun: A direct adaptive method for faster backpropagation learning: The RPROP algorithm, 1993.",
    },
    signSgd: {
      rate: 1e-3,
      paper:
        "Bernstein, Wang, Azizzadenesheli, Anandkumar: signSGD: Compressed optimization for non-convex problems, 2018, Algorithm 1.",
    },
    signum: {
      rate: 1e-3,
      paper:
        "Bernstein, Wang, Azizzadenesheli, Anandkumar: signSGD: Compressed optimization for non-convex problems, 2018, Algorithm 2.",
    },
  },
  "Update rules: the family of Adam": {
    adabelief: {
      rate: 1e-3,
      paper:
        "Zhuang et al.: AdaBelief optimizer: Adapting stepsizes by the belief in observed gradients, 2020, Algorithm 2.",
    },
    adabound: {
      rate: 1e-3,
      paper:
        "Luo, Xiong, Liu, Sun: Adaptive gradient methods with dynamic bound of learning rate, 2019, Algorithm 2.",
    },
    adadelta: { rate: 1, paper: "Zeiler: ADADELTA: An adaptive learning rate method, 2012, Algorithm 1." },
    adafactor: {
      rate: 1e-2,
      paper:
        "Shazeer, Stern: Adafactor: Adaptive learning rates with sublinear memory cost, 2018, Algorithms 4 and 5.",
    },
    adamax: {
      rate: 2e-3,
      paper: "Kingma, Ba: Adam: A method for stochastic optimization, 2015, Algorithm 2.",
    },
    adamw: {
      rate: 1e-3,
      paper: "Loshchilov, Hutter: Decoupled weight decay regularization, 2019, Algorithm 2.",
    },
    adan: {
      rate: 2e-3,
      paper:
        "Xie, Zhou, Li, Lin, Yan: Adan: Adaptive Nesterov momentum algorithm for faster optimizing deep models, 2022, Algorithm 1.",
    },
    ademamix: {
      rate: 1e-3,
      paper:
        "Pagliardini, Ablin, Grangier: The AdEMAMix optimizer: Better, faster, older, 2024, Algorithm 1.",
    },
    adopt: {
      rate: 1e-3,
      paper:
        "Taniguchi et al.: ADOPT: Modified Adam can converge with any beta2 with the optimal rate, 2024, Algorithm 2.",
    },
    amsgrad: {
      rate: 1e-3,
      paper: "Reddi, Kale, Kumar: On the convergence of Adam and beyond, 2018, Algorithm 2.",
    },
    nadam: { rate: 1e-3, paper: "Dozat: Incorporating Nesterov momentum into Adam, 2016, Algorithm 2." },
    nadamw: {
      rate: 1e-3,
      paper:
        "Dozat: Incorporating Nesterov momentum into Adam, 2016; Loshchilov, Hutter: Decoupled weight decay regularization, 2019.",
    },
    qhadam: {
      rate: 1e-3,
      paper: "Ma, Yarats: Quasi-hyperbolic momentum and Adam for deep learning, 2019, equation 11.",
    },
    radam: {
      rate: 1e-3,
      paper:
        "Liu, Jiang, He, Chen, Liu, Gao, Han: On the variance of the adaptive learning rate and beyond, 2020, Algorithm 2.",
    },
    sm3: {
      rate: 0.1,
      paper: "Anil, Gupta, Koren, Singer: Memory efficient adaptive optimization, 2019, Algorithm SM3-II.",
    },
    sophia: {
      rate: 1e-3,
      paper:
        "Liu, Li, Hall, Liang, Ma: Sophia: A scalable stochastic second-order optimizer for language model pre-training, 2023, Algorithm 3.",
    },
    yogi: {
      rate: 5e-3,
      paper:
        "Zaheer, Reddi, Sachan, Kale, Kumar: Adaptive methods for nonconvex optimization, 2018, Algorithm 2.",
    },
  },
  "Update rules: a rate for each layer": {
    fromage: {
      rate: 1e-2,
      paper:
        "Bernstein, Vahdat, Yue, Liu: On the distance between two neural networks and the stability of learning, 2020, Algorithm 1.",
    },
    lamb: {
      rate: 5e-3,
      paper:
        "You et al.: Large batch optimization for deep learning: Training BERT in 76 minutes, 2020, Algorithm 2.",
    },
    // A step is a thousandth of the parameter times the rate.
    lars: {
      rate: 5,
      paper: "You, Gitman, Ginsburg: Large batch training of convolutional networks, 2017, Algorithm 1.",
    },
    novograd: {
      rate: 1e-2,
      paper:
        "Ginsburg et al.: Stochastic gradient methods with layer-wise adaptive moments, 2019, Algorithm 1.",
    },
  },
  "Update rules: no rate, or no schedule, to tune": {
    dog: {
      rate: 1,
      paper:
        "Ivgi, Hinder, Carmon: DoG is SGD's best friend: A parameter-free dynamic step size schedule, 2023, equation 1.",
    },
    dowg: {
      paper:
        "Khaled, Mishchenko, Jin: DoWG unleashed: An efficient universal parameter-free gradient descent method, 2023, Algorithm 1.",
    },
    polyak: {
      rate: 1,
      paper:
        "Loizou, Vaswani, Laradji, Lacoste-Julien: Stochastic Polyak step-size for SGD, 2021, equation 5.",
    },
    prodigy: {
      rate: 1,
      paper:
        "Mishchenko, Defazio: Prodigy: An expeditiously adaptive parameter-free learner, 2023, Algorithm 4.",
    },
    scheduleFree: {
      paper:
        "Defazio et al.: The road less scheduled, 2024, equations 3 to 5. Optax `contrib.schedule_free`.",
    },
    scheduleFreeAdamw: { rate: 2.5e-3, paper: "Defazio et al.: The road less scheduled, 2024, Algorithm 1." },
    scheduleFreeSgd: { rate: 0.5, paper: "Defazio et al.: The road less scheduled, 2024, equations 3 to 5." },
  },
  "Rules around a rule": {
    applyIfFinite: { paper: "Optax `apply_if_finite`." },
    averaged: {
      paper:
        "Polyak, Juditsky: Acceleration of stochastic approximation by averaging, 1992. PyTorch `AveragedModel`.",
    },
    injectHyperparams: { paper: "Optax `inject_hyperparams`." },
    lookahead: {
      paper:
        "Zhang, Lucas, Hinton, Ba: Lookahead optimizer: k steps forward, 1 step back, 2019, Algorithm 1.",
    },
    multiSteps: { paper: "Optax `MultiSteps`, which weighs all gradients equally." },
    freeze: { paper: "Optax `freeze`; PyTorch's `requires_grad = False`." },
    masked: { paper: "Optax `masked`." },
    partition: { paper: "Optax `partition`; PyTorch's parameter groups." },
    sam: {
      paper:
        "Foret, Kleiner, Mobahi, Neyshabur: Sharpness-aware minimization for efficiently improving generalization, 2021, Algorithm 1.",
    },
  },
  "Links of a chain": {
    chain: { paper: "Optax `chain`." },
    centralize: {
      paper:
        "Yong, Huang, Hua, Zhang: Gradient centralization: A new optimization technique for deep neural networks, 2020, equation 1. Optax `centralize`.",
    },
    adaptiveGradClip: {
      paper:
        "Brock, De, Smith, Simonyan: High-performance large-scale image recognition without normalization, 2021, equation 3.",
    },
    clip: { paper: "PyTorch `clip_grad_value_`, Optax `clip`." },
    clipByBlockRms: { paper: "Shazeer, Stern: Adafactor, 2018, section 6. Optax `clip_by_block_rms`." },
    clipByGlobalNorm: {
      paper:
        "Pascanu, Mikolov, Bengio: On the difficulty of training recurrent neural networks, 2013, Algorithm 1. PyTorch `clip_grad_norm_`, Optax `clip_by_global_norm`.",
    },
    clipByNorm: { paper: "TensorFlow `clip_by_norm`." },
    ema: { paper: "Optax `ema`." },
    gradientNoise: {
      paper:
        "Neelakantan et al.: Adding gradient noise improves learning for very deep networks, 2015, equation 1. Optax `add_noise`.",
    },
    scale: { paper: "Optax `scale`." },
    scaleByLearningRate: { paper: "Optax `scale_by_learning_rate`." },
    trace: { paper: "Optax `trace`." },
    addDecayedWeights: { paper: "Optax `add_decayed_weights`." },
    decoupledWeightDecay: {
      paper:
        "Loshchilov, Hutter: Decoupled weight decay regularization, 2019, Algorithm 2: its decay follows the schedule alone.",
    },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, CatalogEntry>>>>;
