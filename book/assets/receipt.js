// The receipt at a chapter's end: what was answered first, as a code to copy; of the diagnostic, which is answered twice,
// one for each time, and what changed from one to the other.
(() => {
  const box = document.querySelector(".receipt");
  if (!box) return;
  const root = document.documentElement;
  const { questions, receipts } = globalThis;
  const { chapter, digest } = box.dataset;
  const set = { chapter, digest, sizes: box.dataset.sizes.split(" ").map(Number) };
  const asked = [...document.querySelectorAll(".question")];
  const part = (name) => box.querySelector(`[data-part="${name}"]`);
  const code = part("code");
  const made = (tag, ...inside) => {
    const element = document.createElement(tag);
    element.append(...inside);
    return element;
  };
  const AFTER = "after:";

  // One random number for each reader and chapter, until they forget their answers.
  const mark = () => {
    const name = `receipt:${chapter}`;
    const kept = Number(questions.get(name) ?? Number.NaN);
    if (Number.isInteger(kept) && kept >= 0 && kept < 2 ** 20) return kept;
    const [fresh] = crypto.getRandomValues(new Uint32Array(1)).map((it) => it >>> 12);
    questions.put(name, String(fresh));
    return fresh;
  };

  const rounds = document.querySelector(".rounds");
  const roundOf = () => (rounds ? (root.dataset.round ? 2 : 1) : 0);

  const look = () => {
    const answers = asked.map((question) => questions.taken(question));
    const many = answers.filter((it) => it >= 0).length;
    const time = ["", " before the course", " after the course"][roundOf()];
    part("count").textContent = `${many} of ${asked.length} questions answered${time}.`;
    code.textContent = many ? receipts.encode(set, { answers, round: roundOf(), mark: mark() }) : "";
    for (const it of [code, part("copy"), part("forget")]) it.hidden = !many;
    part("said").textContent = "";
    compare();
  };

  // What a question was answered with, in its own words, and whether that is right.
  const answer = (question, place) => {
    const choice = question.querySelectorAll("details.choice, [data-value]")[place];
    const says = choice?.querySelector("summary > span, .says");
    return {
      right: choice?.classList.contains("right") ?? false,
      words: says ? [...says.cloneNode(true).childNodes] : ["another number"],
    };
  };
  const CHANGED = { "false true": "right now", "true true": "right as before", "true false": "no longer right" };
  const compare = () => {
    const table = part("changes");
    if (!table) return;
    const both = asked
      .map((question, number) => ({ question, number: number + 1 }))
      .map((it) => ({ ...it, places: [questions.taken(it.question, ""), questions.taken(it.question, AFTER)] }))
      .filter(({ places }) => places.every((place) => place >= 0));
    part("compared").hidden = !both.length || !root.dataset.round;
    let now = 0;
    const rows = both.map(({ question, number, places }) => {
      const [before, after] = places.map((place) => answer(question, place));
      const same = places[0] === places[1] ? "the same as before, not right" : "another, not right";
      if (after.right && !before.right) now += 1;
      const link = Object.assign(made("a", String(number)), { href: `#${question.id}` });
      const head = Object.assign(made("th", link), { scope: "row" });
      const changed = CHANGED[`${before.right} ${after.right}`] ?? same;
      return made("tr", head, made("td", ...before.words), made("td", ...after.words), made("td", changed));
    });
    table.replaceChildren(...rows);
    part("sum").textContent = `Of ${both.length} answered both times, ${now} ${
      now === 1 ? "is" : "are"
    } right now and ${now === 1 ? "was" : "were"} not before.`;
  };

  part("copy").addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      part("said").textContent = "Copied.";
    } catch {
      // A frame may not write the clipboard: the code is chosen, for the hand to copy.
      getSelection().selectAllChildren(code);
      part("said").textContent = "Copy it by hand: it is selected.";
    }
  });
  part("forget").addEventListener("click", () => {
    for (const question of asked) questions.keep(question, []);
    if (!rounds) questions.put(`receipt:${chapter}`);
    // Widgets keep a guess with the address: the page begins anew.
    location.replace(location.href.split("#")[0]);
  });

  if (rounds) {
    const name = `round:${chapter}`;
    const turn = (round) => {
      if (round) root.dataset.round = round;
      else delete root.dataset.round;
    };
    turn(questions.get(name) === AFTER ? AFTER : "");
    for (const input of rounds.querySelectorAll("input")) {
      input.checked = input.value === (root.dataset.round ?? "");
      input.addEventListener("change", () => {
        turn(input.value);
        questions.put(name, input.value);
        questions.show(true);
        look();
      });
    }
    rounds.hidden = false;
    if (root.dataset.round) questions.show(true);
  }
  document.addEventListener("answered", look);
  look();
  box.hidden = false;
})();
