// Questions. Their choices unfold by themselves; with a script the reader's answers are kept, a number is judged, and a
// guess is judged once it was tried.
(() => {
  // What a reader answered, in the order of it. A browser may refuse to keep anything.
  const keys = (question) => `question:${question.dataset.question}`;
  const given = (question) => {
    try {
      const kept = JSON.parse(localStorage.getItem(keys(question)));
      return Array.isArray(kept) ? kept : [];
    } catch {
      return [];
    }
  };
  const keep = (question, answers) => {
    try {
      if (answers.length) localStorage.setItem(keys(question), JSON.stringify(answers));
      else localStorage.removeItem(keys(question));
    } catch {
      /* refused */
    }
  };
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
    const answers = given(question);
    choices.forEach((choice, place) => {
      if (answers.includes(place)) {
        choice.open = true;
        again.hidden = false;
      }
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
  for (const question of document.querySelectorAll(".question.number")) {
    const foreseen = [...question.querySelectorAll("[data-value]")];
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
      const met = foreseen.find((it) => Math.abs(Number(it.dataset.value) - number) <= Number(it.dataset.within));
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
    const last = given(question).at(-1);
    if (typeof last === "string") {
      field.value = last;
      judge();
    }
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
})();
