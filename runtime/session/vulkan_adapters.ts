/**
 * The adapters that Vulkan offers, of which ONNX Runtime's WebGPU takes one.
 *
 * @module
 */
import { type ForeignSignatures, host } from "../../host/mod.ts";
import { textOf } from "./cuda_driver.ts";
import { openFunctions } from "./native_library.ts";

/** The functions of Vulkan's loader, as `vulkan_core.h` declares them. Each result is 0 on success. */
const FUNCTIONS = {
  vkCreateInstance: { parameters: ["buffer", "pointer", "buffer"], result: "i32" },
  vkEnumeratePhysicalDevices: { parameters: ["pointer", "buffer", "buffer"], result: "i32" },
  vkGetPhysicalDeviceProperties: { parameters: ["pointer", "buffer"], result: "void" },
  vkDestroyInstance: { parameters: ["pointer", "pointer"], result: "void" },
} as const satisfies ForeignSignatures;

/** The bytes of a `VkInstanceCreateInfo`, whose first number says what it is. */
const [INFO_BYTES, INFO_TYPE] = [64, 1];

/** Where a `VkPhysicalDeviceProperties` has the device's name, and more bytes than it takes. */
const [NAME_START, NAME_BYTES, PROPERTIES_BYTES] = [20, 256, 4096];

/** At most as many adapters are listed. */
const MOST = 16;

/** Returns the names of the adapters on Linux; `undefined` elsewhere, or if there is no Vulkan. */
export function vulkanAdapters(): string[] | undefined {
  const vulkan = host.os === "linux" ? openFunctions("libvulkan.so.1", FUNCTIONS) : undefined;
  if (vulkan === undefined) return undefined;
  const info = new Uint8Array(INFO_BYTES);
  new DataView(info.buffer).setUint32(0, INFO_TYPE, true);
  const pointers = new BigUint64Array(MOST);
  if (vulkan.vkCreateInstance(info, null, pointers) !== 0) return undefined;
  const instance = host.native!.pointer(pointers[0]!);
  try {
    const count = Uint32Array.of(MOST);
    // A positive result says that there are more.
    if (vulkan.vkEnumeratePhysicalDevices(instance, count, pointers) < 0) return undefined;
    return Array.from(pointers.subarray(0, count[0]), (pointer) => {
      const properties = new Uint8Array(PROPERTIES_BYTES);
      vulkan.vkGetPhysicalDeviceProperties(host.native!.pointer(pointer), properties);
      return textOf(properties.subarray(NAME_START, NAME_START + NAME_BYTES));
    });
  } finally {
    vulkan.vkDestroyInstance(instance, null);
  }
}
