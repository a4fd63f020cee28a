// A class's receipts: the codes in a text, added up into the maps that the page holds.
(() => {
  const { gather } = globalThis.receipts;
  const maps = [...document.querySelectorAll(".map")];
  const sets = maps.map(({ dataset }) => ({ ...dataset, sizes: dataset.sizes.split(" ").map(Number) }));
  const field = document.getElementById("codes");
  const part = (name) => document.querySelector(`.class [data-part="${name}"]`);
  const ROUNDS = ["", "before", "after"];
  const LEVELS = 5;
  const made = (tag, values, ...inside) => {
    const element = Object.assign(document.createElement(tag), values);
    element.append(...inside);
    return element;
  };
  const plural = (count, one) => `${count} ${one}${count === 1 ? "" : "s"}`;
  const cellsOf = (row) => [...row.querySelectorAll("td[data-place]")];
  // The map itself: small tables of its numbers stand above it.
  const table = (map) => map.querySelector(":scope > .scrolls > table");
  const rowsOf = (map) => [...table(map).tBodies[0].rows];
  const heat = (cell, share) => {
    cell.dataset.heat = Math.ceil(share * LEVELS);
  };
  // As text, with formulas as their TeX.
  const plain = (node) => {
    const copy = node.cloneNode(true);
    for (const it of copy.querySelectorAll(".math")) it.replaceWith(it.dataset.tex ?? it.textContent);
    return copy.textContent.trim().replace(/\s+/g, " ");
  };
  const points = (now, then) => {
    const change = Math.round(100 * (now.count / now.codes - then.count / then.codes));
    return `${change > 0 ? "+" : change < 0 ? "−" : ""}${Math.abs(change)}`;
  };

  // How many took an answer, in each round that there are codes of.
  const tookIn = (here, question, place) =>
    here.map(({ round, codes, counts }) => ({ name: ROUNDS[round], codes, count: counts[question][place] }));
  const inLines = (lines) => lines.flatMap((it, i) => (i ? [made("br"), it] : [it]));
  const words = (took, alone = "") =>
    took.map(({ name, codes, count }) => `${name || alone} ${count} of ${codes}`.trim());

  // The numbers alone, with the letters of the map below: one small table for each round, and one of what changed.
  const small = (map, caption, numbers) => {
    const letters = [...table(map).tHead.rows[0].cells].slice(0, -1).map((it) => it.textContent);
    letters.push("none");
    const head = letters.map((it) => made("th", { scope: "col" }, it));
    const rows = rowsOf(map).map((row, question) => {
      const cells = cellsOf(row);
      const filled = letters.slice(1).map((_, column) => {
        const last = column === letters.length - 2;
        const cell = last ? cells.at(-1) : column < cells.length - 1 ? cells[column] : null;
        if (!cell) return made("td", {});
        const { text, share } = numbers(question, Number(cell.dataset.place));
        const small = made("td", {}, cell.dataset.shows === "" ? `✓ ${text}` : text);
        if (share !== undefined) heat(small, share);
        return small;
      });
      return made("tr", {}, made("th", { scope: "row" }, String(question + 1)), ...filled);
    });
    const drawn = made("table", {}, made("caption", {}, caption), made("thead", {}, made("tr", {}, ...head)));
    drawn.append(made("tbody", {}, ...rows));
    return drawn;
  };
  const sideBySide = (map, here) => {
    const [before, after] = [1, 2].map((round) => here.find((it) => it.round === round));
    if (!before || !after) return [];
    const one =
      ({ codes, counts }) =>
      (question, place) => ({
        text: String(counts[question][place]),
        share: counts[question][place] / codes,
      });
    const change = (question, place) => {
      const [then, now] = tookIn([before, after], question, place);
      return { text: points(now, then) };
    };
    const gone = [];
    rowsOf(map).forEach((row, question) => {
      for (const cell of cellsOf(row)) {
        const [then, now] = tookIn([before, after], question, Number(cell.dataset.place));
        if (cell.dataset.shows && then.count && !now.count)
          gone.push(`${question + 1}${String.fromCharCode(65 + Number(cell.dataset.place))} (${then.count})`);
      }
    });
    const told = gone.length
      ? `Wrong answers that were given before and by nobody after, with how many gave them: ${gone.join(", ")}.`
      : "Each wrong answer that was given before is given after, too.";
    const tables = made("div", {
      className: "sides scrolls",
      tabIndex: 0,
      role: "region",
      ariaLabel: "Before and after",
    });
    tables.append(
      small(map, `Before: ${plural(before.codes, "code")}`, one(before)),
      small(map, `After: ${plural(after.codes, "code")}`, one(after)),
      small(map, "After less before, in percentage points", change),
    );
    return [tables, made("p", {}, told)];
  };

  const fill = (map, here) => {
    map.hidden = !here.length;
    if (map.hidden) return;
    const told = here.map(({ round, codes }) => `${plural(codes, "code")} ${ROUNDS[round]}`.trim()).join(", ");
    map.querySelector("[data-part=count]").textContent = `${told}.`;
    table(map).caption.textContent = `${map.dataset.title}: how many took each answer first, of ${told}`;
    map.querySelector("[data-part=rounds]").replaceChildren(...sideBySide(map, here));
    rowsOf(map).forEach((row, question) => {
      for (const cell of cellsOf(row)) {
        const took = tookIn(here, question, Number(cell.dataset.place));
        const lines = words(took);
        if (took.length > 1) lines.push(`${points(took[1], took[0])} points`);
        cell.querySelector(".n").replaceChildren(...inLines(lines));
        heat(cell, took.at(-1).count / took.at(-1).codes);
      }
    });
  };

  // What wrong answers show, by how many answers show it.
  const commonest = (rounds) => {
    const found = new Map();
    for (const map of maps) {
      const here = rounds.filter((it) => it.chapter === map.dataset.chapter);
      if (!here.length) continue;
      rowsOf(map).forEach((row, question) => {
        for (const cell of cellsOf(row)) {
          const name = cell.dataset.shows;
          if (!name) continue;
          const took = tookIn(here, question, Number(cell.dataset.place));
          const sum = found.get(name) ?? { says: cell.querySelector(".shows").textContent, count: 0, took: new Map() };
          for (const { name: round, codes, count } of took) {
            const so = sum.took.get(round) ?? { name: round, codes: 0, count: 0 };
            sum.took.set(round, { ...so, codes: so.codes + codes, count: so.count + count });
            sum.count += count;
          }
          sum.where = {
            ...sum.where,
            ...Object.fromEntries([...row.querySelectorAll(".taught a")].map((a) => [a.href, a])),
          };
          found.set(name, sum);
        }
      });
    }
    return [...found.values()].filter((it) => it.count).sort((one, other) => other.count - one.count);
  };
  const listed = (rounds) =>
    commonest(rounds).map(({ says, took, where }) => {
      const links = Object.values(where).flatMap((a, i) => [...(i ? [", "] : []), a.cloneNode(true)]);
      const head = made("th", { scope: "row" }, says);
      return made(
        "tr",
        {},
        head,
        made("td", {}, ...inLines(words([...took.values()], took.size > 1 ? "chapters" : ""))),
        made("td", {}, ...links),
      );
    });

  let rounds = [];
  const show = () => {
    const read = gather(field.value, sets);
    rounds = read.rounds.sort((one, other) => one.round - other.round);
    const counted = rounds.reduce((sum, { codes }) => sum + codes, 0);
    const away = read.refused.length;
    part("read").textContent = field.value.trim() ? `${plural(counted, "code")} counted, ${away} not counted.` : "";
    const lines = read.refused.map(({ code, reason }) => made("li", {}, made("code", {}, code), ` ${reason}`));
    for (const line of read.without) lines.push(made("li", {}, `No code in the line “${line.trim().slice(0, 60)}”.`));
    part("refused").replaceChildren(...lines);
    part("away").hidden = !lines.length;
    part("found").hidden = !counted;
    part("commonest").replaceChildren(...listed(rounds));
    maps.forEach((map) => {
      fill(
        map,
        rounds.filter((it) => it.chapter === map.dataset.chapter),
      );
    });
  };

  const quoted = (value) => `"${String(value).replaceAll('"', '""')}"`;
  const csv = () => {
    const lines = [["chapter", "round", "question", "answer", "says", "right", "misconception", "count", "codes"]];
    for (const { chapter, round, codes, counts } of rounds) {
      rowsOf(maps.find((it) => it.dataset.chapter === chapter)).forEach((row, question) => {
        for (const cell of cellsOf(row)) {
          const { place, shows } = cell.dataset;
          const says = cell.querySelector(".says");
          const what = says ? plain(says) : plain(cell.lastElementChild);
          const right = shows === "" ? "yes" : "no";
          const count = counts[question][place];
          lines.push([chapter, ROUNDS[round], question + 1, Number(place) + 1, what, right, shows ?? "", count, codes]);
        }
      });
    }
    return `${lines.map((line) => line.map(quoted).join(",")).join("\r\n")}\r\n`;
  };
  part("csv").addEventListener("click", () => {
    const href = URL.createObjectURL(new Blob([csv()], { type: "text/csv" }));
    made("a", { href, download: "receipts.csv" }).click();
    URL.revokeObjectURL(href);
  });

  field.addEventListener("input", show);
  part("form").hidden = false;
  // What a browser left in the field when the page was loaded again.
  show();
})();
