// What an audit costs in the page: verdicts, and verdicts with their witnesses, of the objectives that the tests know, by
// the number of hypotheses; and of two thousand malformed formulas. Milliseconds of the processor, all threads, under node:
// what else the machine does counts little.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const FRAME_MS = 1000 / 60;
const REPEATS = 5;
const MALFORMED = 2000;
const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { outputFiles } = await build({
  stdin: {
    contents: `export { audit } from "./iemlib/widgets/math/auditing/report";
      export { malformed, TRUTHS } from "./tests/widgets/objectives";
      export { dice } from "./tests/widgets/random";`,
    resolveDir: root,
    loader: "ts",
  },
  bundle: true,
  format: "esm",
  write: false,
});
const code = Buffer.from(outputFiles[0].text).toString("base64");
const { audit, malformed, TRUTHS, dice } = await import(`data:text/javascript;base64,${code}`);

const timed = (act) => {
  const start = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
};
const told = (times) => {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share) => sorted[Math.floor(share * (sorted.length - 1))].toFixed(1).padStart(7);
  return `${at(0.5)} ${at(0.95)} ${at(1)}`;
};
const texts = TRUTHS.map(({ text }) => text);
const each = (act) => Array.from({ length: REPEATS }, () => texts.map((text) => timed(() => act(text)))).flat();
for (const text of texts) audit(text, 4, true).witness;

console.log(`Audit in the page, ms (median, 95 %, slowest); a frame is ${FRAME_MS.toFixed(1)} ms`);
for (const count of [2, 3, 4, 5, 6]) {
  const verdicts = each((text) => audit(text, count, true));
  const all = each((text) => audit(text, count, true).witness);
  console.log(`K = ${count}: verdicts ${told(verdicts)}   with witnesses ${told(all)}`);
}
const roll = dice(31);
const wrong = Array.from({ length: MALFORMED }, () => timed(() => audit(malformed(roll), 4, true)));
console.log(`${MALFORMED} malformed formulas: ${told(wrong)}`);
