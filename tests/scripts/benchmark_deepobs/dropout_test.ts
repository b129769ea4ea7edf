import { assertEquals } from "@std/assert";
import { graphOf, type Model } from "../../../mod.ts";
import { allConvNetwork } from "../../../scripts/benchmark/deepobs/networks/all_conv.ts";
import { charRnnNetwork } from "../../../scripts/benchmark/deepobs/networks/char_rnn.ts";
import { vaeNetwork } from "../../../scripts/benchmark/deepobs/networks/vae.ts";

/** The operator before each dropout, in order, with its share. */
function dropouts(model: Model): string[] {
  const { graph } = graphOf(model);
  return graph.nodes.filter(({ opType }) => opType === "Dropout").map(({ inputs: [x, ratio] }) => {
    const share = Number(ratio!.known.tensor!.data[0]);
    return `${x!.producer?.opType} ${share.toFixed(2)}`;
  });
}

Deno.test("DeepOBS's networks drop the shares of its definitions, where it drops them", () => {
  const small = { seed: 0, side: 12, channels: [2, 3] as const, classes: 4 };
  assertEquals(dropouts(allConvNetwork(small)), ["Div 0.20", "Relu 0.50", "Relu 0.50"]);
  const rnn = charRnnNetwork({ seed: 0, vocabulary: 5, hidden: 3 });
  assertEquals(dropouts(rnn), ["Transpose 0.20", "Squeeze 0.20", "Dropout 0.20", "Squeeze 0.20"]);
  const vae = vaeNetwork({ seed: 0, side: 8, channels: 2, noise: (_, evaluated) => evaluated });
  const leaky = "LeakyRelu 0.20";
  assertEquals(dropouts(vae), [leaky, leaky, leaky, "Relu 0.20", "Relu 0.20"]);
});
