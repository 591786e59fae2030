import js from "@eslint/js";
import globals from "globals";

export default [
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2023, sourceType: "module", globals: { ...globals.browser } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: "error",
      "no-var": "error",
      "prefer-const": "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: "A value is data: text nodes only (dom.js)." },
        { property: "outerHTML", message: "A value is data: text nodes only (dom.js)." },
        { property: "insertAdjacentHTML", message: "A value is data: text nodes only (dom.js)." },
      ],
    },
  },
  { files: ["tests/browser/**"], languageOptions: { globals: { ...globals.node } } },
];
