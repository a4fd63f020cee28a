// Receipts: what was answered in one chapter as a short code, and a class's codes added up. Nothing personal is in one.
//
// A code is `iem-CHAPTER-1` and then symbols of five bits, in fours: the version and the round (0 the only one, 1 before
// the course, 2 after it), four of the digest of the chapter's questions, four of a random number, then the answers, and
// six that check all of it, the chapter's name too. Letters and check are bech32m's (BIP 350): no b, i, o or 1, and any
// four wrong letters are found out. The random number says which codes are one reader's, so that one given twice counts
// once; it is made for the chapter, in the reader's browser.
//
// A set is what is asked in a chapter: `chapter`, `digest`, and for each question in `sizes` how many answers it has.
// An answer is its place among them, −1 where there is none.
globalThis.receipts = (() => {
  const LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
  const VERSION = 0;
  const ROUNDS = 3;
  const [DIGEST, MARK, CHECK] = [4, 4, 6];
  const BECH32M = 0x2bc830a3;
  const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
  const CODE = /(?<![\w-])iem-[a-z0-9]+(?:-(?:\r?\n[> \t]*)?[a-z0-9]+)*/gi;

  // What is left of the chapter's name and the symbols, divided by the generator.
  const rest = (chapter, symbols) => {
    const name = [...chapter].map((letter) => letter.charCodeAt(0));
    let left = 1;
    for (const symbol of [...name.map((it) => it >> 5), 0, ...name.map((it) => it & 31), ...symbols]) {
      const top = left >> 25;
      left = ((left & 0x1ffffff) << 5) ^ symbol;
      GENERATOR.forEach((term, bit) => {
        if ((top >> bit) & 1) left ^= term;
      });
    }
    return left;
  };

  // A whole number in so many symbols, and back.
  const symbolsOf = (number, length) =>
    Array.from({ length }, (_, place) => Number((number >> BigInt(5 * (length - 1 - place))) & 31n));
  const numberOf = (symbols) => symbols.reduce((number, symbol) => (number << 5n) | BigInt(symbol), 0n);
  // How many ways there are to answer, and how many symbols hold them.
  const ways = (sizes) => sizes.reduce((product, size) => product * BigInt(size + 1), 1n);
  const lengthOf = (sizes) => Math.ceil((ways(sizes) - 1n).toString(2).length / 5);

  const encode = ({ chapter, digest, sizes }, { answers, mark, round = 0, version = VERSION }) => {
    const all = sizes.reduce((number, size, place) => number * BigInt(size + 1) + BigInt(answers[place] + 1), 0n);
    const said = [
      version,
      round,
      ...[...digest].map((letter) => LETTERS.indexOf(letter)),
      ...symbolsOf(BigInt(mark), MARK),
      ...symbolsOf(all, lengthOf(sizes)),
    ];
    const check = rest(chapter, [...said, ...Array(CHECK).fill(0)]) ^ BECH32M;
    const letters = [...said, ...symbolsOf(BigInt(check), CHECK)].map((symbol) => LETTERS[symbol]).join("");
    return `iem-${chapter}-1${letters.replace(/.{4}(?=.)/g, "$&-")}`;
  };

  const decode = (code, sets) => {
    const text = code.toLowerCase().replace(/\s|>/g, "");
    const one = text.lastIndexOf("1");
    const chapter = text.slice("iem-".length, one).replace(/-$/, "");
    const letters = text.slice(one + 1).replaceAll("-", "");
    const strange = [...letters].find((letter) => !LETTERS.includes(letter));
    if (strange) return { refused: `Mistyped: no code has the letter “${strange}” there.` };
    const symbols = [...letters].map((letter) => LETTERS.indexOf(letter));
    if (one < 0 || rest(chapter, symbols) !== BECH32M)
      return { refused: "Mistyped, or not whole: its last letters do not fit the others." };
    if (symbols[0] !== VERSION)
      return { refused: "Of another version of the book, whose codes this page cannot read." };
    const set = sets.find((it) => it.chapter === chapter);
    if (!set) return { refused: `Foreign: this book has no questions called “${chapter}”.` };
    const [digest, mark, said] = [2, 2 + DIGEST, 2 + DIGEST + MARK].map((from, i) =>
      symbols.slice(from, [from + DIGEST, from + MARK, -CHECK][i]),
    );
    if (digest.map((symbol) => LETTERS[symbol]).join("") !== set.digest)
      return { refused: "Of another edition: the chapter’s questions are not the ones of this page." };
    let left = numberOf(said);
    if (symbols[1] >= ROUNDS || left >= ways(set.sizes)) return { refused: "No answers to this chapter’s questions." };
    const answers = [];
    for (const size of [...set.sizes].reverse()) {
      answers.unshift(Number(left % BigInt(size + 1)) - 1);
      left /= BigInt(size + 1);
    }
    return { chapter, round: symbols[1], mark: Number(numberOf(mark)), answers };
  };

  // The codes in any text, added up: for each chapter and round how many codes there are, and how many took each answer,
  // those without one last. Of one reader's codes the last counts; what does not count is told, with the reason.
  const gather = (text, sets) => {
    const found = [...text.matchAll(CODE)].map(([code]) => ({ code, ...decode(code, sets) }));
    const last = new Map(found.filter((it) => !it.refused).map((it) => [`${it.chapter} ${it.round} ${it.mark}`, it]));
    const counted = new Set(last.values());
    const refused = found
      .filter((it) => !counted.has(it))
      .map(({ code, refused, chapter, round, mark, answers }) => {
        const kept = last.get(`${chapter} ${round} ${mark}`);
        const again = `${kept?.answers}` === `${answers}`;
        const doubled = again
          ? "Doubled: the same code is here once more, and counts once."
          : "Replaced: a later code of the same reader counts.";
        return { code, reason: refused ?? doubled };
      });
    const rounds = new Map();
    for (const { chapter, round, answers } of counted) {
      const set = sets.find((it) => it.chapter === chapter);
      const name = `${chapter} ${round}`;
      if (!rounds.has(name))
        rounds.set(name, { chapter, round, codes: 0, counts: set.sizes.map((size) => Array(size + 1).fill(0)) });
      const sum = rounds.get(name);
      sum.codes += 1;
      answers.forEach((answer, question) => {
        sum.counts[question][answer < 0 ? set.sizes[question] : answer] += 1;
      });
    }
    const without = text
      .replace(CODE, "\0")
      .split("\n")
      .filter((line) => line.trim() && !line.includes("\0"));
    return { rounds: [...rounds.values()], refused, without };
  };

  return { LETTERS, encode, decode, gather };
})();
