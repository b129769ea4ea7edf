/**
 * A report inside a page.
 *
 * @module
 */
import { useData, withBase } from "vitepress";
import { defineComponent, h, onMounted, onUnmounted, ref } from "vue";

/** Shows the report of a run by its name, as high as its content, in the theme of the page. */
export const Report = defineComponent({
  props: { name: { type: String, required: true } },
  setup({ name }) {
    const { isDark } = useData();
    const frame = ref<HTMLIFrameElement>();
    const height = ref(600);
    const link = withBase(`/reports/${name}/report.html`);
    let observer: ResizeObserver | undefined;
    const fit = () => {
      const content = frame.value?.contentDocument?.documentElement;
      if (!content) return;
      observer?.disconnect();
      observer = new ResizeObserver(() => height.value = Math.ceil(content.getBoundingClientRect().height));
      observer.observe(content);
    };
    onMounted(fit);
    onUnmounted(() => observer?.disconnect());
    return () =>
      h("figure", { class: "report" }, [
        h("iframe", {
          ref: frame,
          src: link,
          title: `Report of ${name}`,
          loading: "lazy",
          onLoad: fit,
          style: {
            height: `${height.value}px`,
            colorScheme: isDark.value ? "dark" : "light",
          },
        }),
        h(
          "figcaption",
          h(
            "a",
            { href: link, target: "_self" },
            "The report on a page of its own",
          ),
        ),
      ]);
  },
});
