// Questions. Their choices unfold by themselves; with a script the reader's answers are kept, a number is judged, and a
// guess is judged once it was tried. `questions` tells what was taken, for the chapter's receipt.
globalThis.questions = (() => {
  // What a reader answered, in the order of it. A browser may refuse to keep anything: it is known as long as the page is.
  const known = new Map();
  const get = (name) => {
    try {
      return localStorage.getItem(name) ?? undefined;
    } catch {
      return known.get(name);
    }
  };
  const put = (name, value) => {
    known.set(name, value);
    try {
      if (value) localStorage.setItem(name, value);
      else localStorage.removeItem(name);
    } catch {
      /* refused */
    }
  };
  // A page that is answered twice says which time it is.
  const keys = (question, round = document.documentElement.dataset.round ?? "") =>
    `question:${round}${question.dataset.question}`;
  const given = (question, round) => {
    try {
      const kept = JSON.parse(get(keys(question, round)));
      return Array.isArray(kept) ? kept : [];
    } catch {
      return [];
    }
  };
  const keep = (question, answers) => {
    put(keys(question), answers.length ? JSON.stringify(answers) : undefined);
    document.dispatchEvent(new Event("answered"));
  };
  // What shows a question as it was answered; `anew`, and no more than that: what was done before this script came stays.
  const shown = [];
  const made = (tag, values) => Object.assign(document.createElement(tag), values);
  // One button below, once there is something to forget.
  const forgettable = (question, forget) => {
    const button = made("button", { type: "button", className: "again", textContent: "Ask me again", hidden: true });
    button.addEventListener("click", () => {
      keep(question, []);
      button.hidden = true;
      forget();
    });
    question.append(button);
    return button;
  };

  for (const question of document.querySelectorAll(".question.choice")) {
    const choices = [...question.querySelectorAll("details.choice")];
    const again = forgettable(question, () => {
      for (const choice of choices) choice.open = false;
      choices[0].querySelector("summary").focus();
    });
    shown.push((anew) => {
      const answers = given(question);
      again.hidden = !answers.length;
      choices.forEach((choice, place) => {
        choice.open = answers.includes(place) || (choice.open && !anew);
      });
    });
    choices.forEach((choice, place) => {
      // A touch or a key of the reader's; paper and search open it too, and choose nothing.
      choice.querySelector("summary").addEventListener("click", () => {
        const chosen = given(question);
        if (!chosen.includes(place)) keep(question, [...chosen, place]);
        again.hidden = false;
      });
    });
  }

  // A decimal, or a fraction such as 1/9; with a comma too, and whatever sign of minus.
  const numberOf = (text) => {
    const [over, under = "1", ...rest] = text.trim().replace(/[−–]/g, "-").replaceAll(",", ".").split("/");
    const plain = (word) => (/^\s*[-+]?(\d+\.?\d*|\.\d+)\s*$/.test(word) ? Number(word) : Number.NaN);
    return rest.length ? Number.NaN : plain(over) / plain(under);
  };
  const foreseenIn = (question) => [...question.querySelectorAll("[data-value]")];
  const meets = (it, number) => Math.abs(Number(it.dataset.value) - number) <= Number(it.dataset.within);
  for (const question of document.querySelectorAll(".question.number")) {
    const foreseen = foreseenIn(question);
    const line = question.querySelector(".answer");
    const field = line.querySelector("input");
    const said = question.querySelector(".said");
    const again = forgettable(question, () => {
      field.value = "";
      said.replaceChildren();
      field.focus();
    });
    const judge = () => {
      const number = numberOf(field.value);
      const met = foreseen.find((it) => meets(it, number));
      // Its own words would say the right number beside a wrong one's reason: of what was met, the reason alone.
      const reason = met
        ? [...met.children].slice(1).map((it) => it.cloneNode(true))
        : [
            made("p", {
              textContent: !Number.isFinite(number) ? "Write a number, such as 0.25 or 1/4." : question.dataset.hint,
            }),
          ];
      said.replaceChildren(...reason);
      said.className = `said ${met?.className ?? ""}`;
      again.hidden = false;
    };
    line.addEventListener("submit", (event) => {
      event.preventDefault();
      judge();
      keep(question, [...given(question), field.value]);
    });
    shown.push((anew) => {
      const last = given(question).at(-1);
      if (anew) {
        field.value = "";
        said.replaceChildren();
        again.hidden = true;
      }
      if (typeof last === "string") {
        field.value = last;
        judge();
      }
    });
  }

  // A guess is made in its widget, which keeps the handles until then. It is judged where it was about.
  for (const question of document.querySelectorAll(".question.guess")) {
    const { widget, state, near } = question.dataset;
    const about = Object.entries(JSON.parse(state));
    const element = document.getElementById(widget);
    const choices = [...question.querySelectorAll("details.choice")];
    const close = (one, other) =>
      Array.isArray(one)
        ? Array.isArray(other) && one.every((it, place) => close(it, other[place]))
        : typeof one === "number"
          ? Math.abs(one - other) <= Number(near)
          : one === other;
    const look = (now) => {
      if (question.classList.contains("judged")) return;
      const tried = now.guess >= 0 && about.every(([name, value]) => close(value, now[name]));
      if (!tried) return;
      question.classList.add("judged");
      const mine = choices.find((choice) => Number(choice.dataset.place) === now.guess);
      if (mine) mine.open = true;
      keep(question, [now.guess]);
    };
    question.setAttribute("aria-live", "polite");
    look(JSON.parse(element.getAttribute("state")));
    element.addEventListener("change", (event) => look(event.detail ?? {}));
  }

  const show = (anew) => shown.forEach((it) => it(anew));
  show(false);

  // What was answered first, by its place; of numbers that were not foreseen, one place more. −1 is no answer.
  const taken = (question, round) => {
    const [first] = given(question, round);
    if (!question.matches(".number")) return Number.isInteger(first) ? first : -1;
    const number = given(question, round)
      .filter((it) => typeof it === "string")
      .map(numberOf)
      .find(Number.isFinite);
    if (number === undefined) return -1;
    const place = foreseenIn(question).findIndex((it) => meets(it, number));
    return place < 0 ? foreseenIn(question).length : place;
  };
  return { get, put, keep, show, taken };
})();
