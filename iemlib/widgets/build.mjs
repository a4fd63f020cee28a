// One bundle of all widgets from src/, in the three forms that its places need:
//   static/iem.js   a classic deferred script for the page (an ES module does not load from file://)
//   static/iem.mjs  an ES module for live notebooks (anywidget)
//   static/iem.css  their style
//   book/_ext/engine.js   what the book's build runs: posters, and mathematics as MathML
import { build } from "esbuild";
import { minify } from "terser";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const src = join(here, "src");
const root = join(here, "..", "..");
// A widget is a file that stands beside its Python class: found, not listed. A style of its own may stand in style/.
const names = readdirSync(here)
  .filter((f) => f.endsWith(".py") && !f.startsWith("_"))
  .map((f) => f.slice(0, -3))
  .sort();

const imports = names.map((n, i) => `import { definition as w${i} } from "./${n}";`).join("\n");
const list = `const definitions = [${names.map((_, i) => `w${i}`).join(", ")}];`;
const entries = {
  page: `${imports}\nimport { define } from "./element";\n${list}\ndefinitions.forEach(define);`,
  live: `${imports}\nimport { define } from "./element";\nimport { attach } from "./live";\n${list}\ndefinitions.forEach(define);\nexport default { render: attach };`,
  engine: `${imports}\nimport { poster } from "./poster";\nimport temml from "temml";\n${list}
globalThis.poster = (tag, id, state) => poster(definitions, tag, id, state);
globalThis.tex = (source, displayMode) => temml.renderToString(source, { displayMode, throwOnError: true, annotate: false });`,
};
const sheets = ["iem", ...names].filter((n) => existsSync(join(src, "style", `${n}.css`)));
const style = `${sheets.map((n) => `@import "./style/${n}.css";`).join("\n")}
${names.map((n) => `iem-${n.replaceAll("_", "-")}`).join(",")}{display:block}`;
const bundle = (entry, options) =>
  build({
    stdin: { contents: entries[entry], resolveDir: src, sourcefile: `all-${entry}.ts`, loader: "ts" },
    bundle: true,
    minify: true,
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    logLevel: "warning",
    ...options,
  });
/** What readers load: once more through Terser, which finds a twenty-fifth that esbuild leaves; statements zip better unjoined. */
const small = async (entry, format, name) => {
  const outfile = join(here, "static", name);
  await bundle(entry, { format, outfile });
  const { code } = await minify(readFileSync(outfile, "utf8"), { ecma: 2020, module: format === "esm", compress: { passes: 3, sequences: false } });
  writeFileSync(outfile, `${code}\n`);
};

await Promise.all([
  small("page", "iife", "iem.js"),
  small("live", "esm", "iem.mjs"),
  bundle("engine", { format: "iife", outfile: join(root, "book", "_ext", "engine.js") }),
  build({ stdin: { contents: style, resolveDir: src, sourcefile: "all.css", loader: "css" }, bundle: true, minify: true, charset: "utf8", logLevel: "warning", outfile: join(here, "static", "iem.css") }),
]);
