/** Writes small data sets in MNIST's format. */

/** Returns an IDX file of bytes. */
function idx(shape: readonly number[], bytes: Uint8Array): Uint8Array {
  const file = new Uint8Array(4 + 4 * shape.length + bytes.length);
  file.set([0, 0, 8, shape.length]);
  const view = new DataView(file.buffer);
  shape.forEach((d, i) => view.setUint32(4 + 4 * i, d));
  file.set(bytes, 4 + 4 * shape.length);
  return file;
}

/** Writes images of random pixels; the first pixel of image `i` is `i`, its label `i` modulo 10. */
export async function mnistFiles(folder: string, counts: { train: number; t10k: number }): Promise<void> {
  for (const [part, count] of Object.entries(counts)) {
    const pixels = crypto.getRandomValues(new Uint8Array(count * 784));
    for (let i = 0; i < count; i++) pixels[i * 784] = i;
    const labels = Uint8Array.from({ length: count }, (_, i) => i % 10);
    await Deno.writeFile(`${folder}/${part}-images-idx3-ubyte`, idx([count, 28, 28], pixels));
    await Deno.writeFile(`${folder}/${part}-labels-idx1-ubyte`, idx([count], labels));
  }
}
