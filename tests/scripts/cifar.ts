/** Writes files like CIFAR-10's binary version: images of one color per class, with some noise. */
export async function cifar(folder: string): Promise<void> {
  await Deno.mkdir(`${folder}/cifar-10`);
  for (const [name, count] of [["data_batch_1", 60], ["data_batch_3", 20], ["test_batch", 30]] as const) {
    const bytes = new Uint8Array(count * 3073);
    for (let i = 0; i < count; i++) {
      const label = i % 3;
      bytes[i * 3073] = label;
      for (let p = 0; p < 3072; p++) {
        const bright = Math.floor(p / 1024) === label ? 160 : 40;
        bytes[i * 3073 + 1 + p] = bright + (i * 31 + p * 17) % 60;
      }
    }
    await Deno.writeFile(`${folder}/cifar-10/${name}.bin`, bytes);
  }
}
