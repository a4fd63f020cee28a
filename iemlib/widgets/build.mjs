// The widgets' scripts and styles, from their sources:
//   static/tokens.css            the colours, which the book's own style needs as well
//   static/core.js, core.css     what every page with a widget loads
//   static/<kind>.js, .css       one widget more
//   static/live.js, live.css     what a live notebook needs beside them (iemlib/widgets/core/widget.py joins the three)
//   static/still.js              every widget as text, for Python: what a page shows before its script, or without one
//   ENGINE                       what the book's build runs beside it: mathematics as MathML
//
// All are classic scripts: an ES module does not load from file://, and esbuild splits modules only. So the splitting is
// done here: what two kinds need, or the core itself, is in the core, and a kind finds it in `iem.modules`.
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const out = join(here, "static");
const ENGINE = join(root, "book", "_ext", "iembook", "engine.js");

// A widget is a folder with a view: found, not listed.
const kinds = readdirSync(here)
  .filter((name) => existsSync(join(here, name, "view.tsx")))
  .sort();
const CORE = join(here, "core", "index.ts");
const entries = {
  ...Object.fromEntries(
    kinds.map((kind) => [
      kind,
      `import { define } from "./core/element";\nimport { definition } from "./${kind}/view";\ndefine(definition);`,
    ]),
  ),
  live: `import { attach } from "./core/live";\niem.attach = attach;`,
};
const still = `${kinds.map((kind, i) => `import { definition as d${i} } from "./${kind}/view";`).join("\n")}
import { poster, reading } from "./core/poster";
const definitions = [${kinds.map((_, i) => `d${i}`).join(", ")}];
globalThis.poster = (tag, id, state) => poster(definitions, tag, id, state);
globalThis.reading = (tag, state) => reading(definitions, tag, state);`;
const engine = `import temml from "temml";
globalThis.tex = (source, displayMode) => temml.renderToString(source, { displayMode, throwOnError: true, annotate: false });`;

/** What marks a page as dark, from the one place that says it. */
const [DARK] = /:is\(html, body\):is\([^)]*\)/.exec(await readFile(join(here, "core", "tokens.css"), "utf8"));

const OPTIONS = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  format: "iife",
  jsx: "automatic",
  jsxImportSource: "preact",
  target: "es2022",
  define: { DARK: JSON.stringify(DARK.replaceAll(/\s+/g, " ")) },
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
  // Where node_modules is a link its modules keep their names.
  preserveSymlinks: true,
};
const stdin = (contents, name) => ({ contents, resolveDir: here, sourcefile: `${name}.ts`, loader: "ts" });
/** A module as esbuild names it: by its path from the root. */
const named = (path) => relative(root, path).replaceAll("\\", "/");
/** A module as the page's scripts name it: math/meters, preact/jsx-runtime/dist/jsxRuntime. */
const key = (module) => JSON.stringify(module.replace(/^(?:iemlib\/widgets|node_modules)\//, "").replace(/\.\w+$/, ""));

/** The modules that an entry is made of, each with those that it imports. */
const modulesOf = async (input) => {
  const { metafile } = await build({ ...OPTIONS, ...input, write: false, metafile: true });
  return new Map(
    Object.entries(metafile.inputs)
      .filter(([path]) => path !== "<stdin>" && existsSync(join(root, path)))
      .map(([path, { imports }]) => [path, imports]),
  );
};

/** All that a module exports. */
const exported = async (path) => {
  const { metafile } = await build({
    ...OPTIONS,
    entryPoints: [join(root, path)],
    format: "esm",
    write: false,
    metafile: true,
  });
  return Object.values(metafile.outputs)[0].exports;
};

/** The names that a module imports from each other module, or hands on, or `all` of them; types are gone. */
const imported = async (path) => {
  const loader = path.endsWith("x") ? "tsx" : "ts";
  const { code } = await transform(await readFile(join(root, path), "utf8"), {
    loader,
    jsx: OPTIONS.jsx,
    jsxImportSource: OPTIONS.jsxImportSource,
  });
  return [...code.matchAll(/^(?:im|ex)port\s*(?:\{([^}]*)\}|\*(?:\s*as\s+\w+)?)\s*from\s*"([^"]+)"/gm)].map(
    ([, names, from]) => ({
      from,
      all: names === undefined,
      names: (names ?? "")
        .split(",")
        .map((name) => name.trim().split(/\s+as\s+/)[0])
        .filter(Boolean),
    }),
  );
};

const core = new Set((await modulesOf({ entryPoints: [CORE] })).keys());
const parts = Object.fromEntries(
  await Promise.all(
    Object.entries(entries).map(async ([name, contents]) => [name, await modulesOf({ stdin: stdin(contents, name) })]),
  ),
);
const users = new Map();
for (const modules of Object.values(parts))
  for (const path of modules.keys()) users.set(path, (users.get(path) ?? 0) + 1);
for (const [path, count] of users) if (count > 1) core.add(path);

/** What each part asks of the core: names, by module. */
const asked = {};
for (const [part, modules] of Object.entries(parts)) {
  asked[part] = new Map();
  const ask = (path, names) => asked[part].set(path, new Set([...(asked[part].get(path) ?? []), ...names]));
  if (part === "live") ask(named(join(here, "core", "element.ts")), []);
  else ask(named(join(here, "core", "element.ts")), ["define"]);
  for (const [path, imports] of modules) {
    // A recording imports nothing.
    if (core.has(path) || path.endsWith(".json")) continue;
    for (const { from, names, all } of await imported(path)) {
      const target = imports.find((it) => it.original === from)?.path;
      if (target && core.has(target)) ask(target, all ? await exported(target) : names);
    }
  }
}

/** The core's entry: itself, and under each module's name what some part asks of it. */
const wanted = new Map();
for (const modules of Object.values(asked))
  for (const [path, names] of modules) wanted.set(path, new Set([...(wanted.get(path) ?? []), ...names]));
const shared = [...wanted].filter(([, names]) => names.size).sort(([a], [b]) => (a < b ? -1 : 1));
const coreEntry = `${shared
  .map(
    ([path, names], i) =>
      `import { ${[...names]
        .sort()
        .map((n) => `${n} as ${n}_${i}`)
        .join(", ")} } from ${JSON.stringify(join(root, path))};`,
  )
  .join("\n")}
export const modules = {
${shared
  .map(
    ([path, names], i) =>
      `  ${key(path)}: { ${[...names]
        .sort()
        .map((n) => `${n}: ${n}_${i}`)
        .join(", ")} },`,
  )
  .join("\n")}
};`;

/** Finds a core's module in the core that the page has loaded. */
const fromCore = (part) => ({
  name: "from-core",
  setup({ onResolve, onLoad, resolve }) {
    onResolve({ filter: /.*/ }, async ({ path, pluginData, ...rest }) => {
      if (pluginData === fromCore || rest.kind === "entry-point") return undefined;
      const found = await resolve(path, { ...rest, pluginData: fromCore });
      const name = named(found.path);
      return core.has(name) ? { path: name, namespace: "core" } : found;
    });
    onLoad({ filter: /.*/, namespace: "core" }, ({ path }) => ({
      contents: `export const { ${[...(asked[part].get(path) ?? [])].sort().join(", ")} } = iem.modules[${key(path)}];`,
    }));
  },
});

mkdirSync(out, { recursive: true });
const display = (kind) => `\niem-${kind.replaceAll("_", "-")}{display:block}`;
const styleOf = (kind) => (existsSync(join(here, kind, "style.css")) ? `@import "./${kind}/style.css";` : "");
const css = (contents, name) =>
  build({
    ...OPTIONS,
    stdin: { contents, resolveDir: here, sourcefile: `${name}.css`, loader: "css" },
    outfile: join(out, `${name}.css`),
  });
await Promise.all([
  build({ ...OPTIONS, stdin: stdin(coreEntry, "core"), globalName: "iem", outfile: join(out, "core.js") }),
  ...Object.entries(entries).map(([name, contents]) =>
    build({ ...OPTIONS, stdin: stdin(contents, name), plugins: [fromCore(name)], outfile: join(out, `${name}.js`) }),
  ),
  css('@import "./core/tokens.css";', "tokens"),
  css('@import "./core/index.css";', "core"),
  css('@import "./core/live.css";', "live"),
  ...kinds.map((kind) => css(styleOf(kind) + display(kind), kind)),
  build({ ...OPTIONS, stdin: stdin(still, "still"), outfile: join(out, "still.js") }),
  build({ ...OPTIONS, stdin: stdin(engine, "engine"), outfile: ENGINE }),
]);
