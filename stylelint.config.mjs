// The floor: what every browser could do at the end of 2023 (CONTRIBUTING.md, "Browsers"). What is newer stands here, and
// a page can be read and moved without it: tests/browser/test_floor.py.
export default {
  ignoreFiles: ["iemlib/widgets/static/**"],
  plugins: ["stylelint-plugin-use-baseline"],
  rules: {
    "plugin/use-baseline": [
      true,
      {
        available: 2023,
        ignoreProperties: {
          // How lines break, how large a telephone makes them, and what is copied.
          "text-wrap": ["/./"],
          "text-size-adjust": ["/./"],
          "user-select": ["/./"],
          // Formulas, where a browser sets them finer.
          "font-family": ["math"],
          "font-size-adjust": ["/./"],
          "math-shift": ["/./"],
          // What is far away is laid out later.
          "content-visibility": ["/./"],
          "overscroll-behavior": ["/./"],
          // The colour of a native control, a halo, and the reader's own colours.
          "accent-color": ["/./"],
          "paint-order": ["/./"],
          "forced-color-adjust": ["/./"],
          // Paper.
          "break-after": ["avoid"],
          "print-color-adjust": ["/./"],
          zoom: ["/./"],
        },
        ignoreSelectors: ["details-content"],
        ignoreAtRules: ["page"],
      },
    ],
  },
};
