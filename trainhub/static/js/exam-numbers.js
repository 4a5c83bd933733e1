// The state of each question, wherever its number stands: answered, in part, with a flag, not saved yet.
export function createNumbers(root) {
  const count = Number(root.dataset.count);
  const states = new Map();
  const isOn = (no, name) => Boolean(states.get(no)?.[name]);
  const isOpen = (no) => !isOn(no, "answered") && !isOn(no, "partly");

  for (const place of root.querySelectorAll(".th-exam-side [data-number]")) {
    states.set(Number(place.dataset.number), {
      answered: place.classList.contains("th-exam-number-answered"),
      partly: place.classList.contains("th-exam-number-partly"),
      flagged: place.classList.contains("th-exam-number-flagged"),
    });
  }

  function showSums() {
    const numbers = [...states.keys()];
    const of = {
      answered: numbers.filter((no) => isOn(no, "answered")),
      partly: numbers.filter((no) => isOn(no, "partly")),
      open: numbers.filter((no) => isOpen(no)),
      flagged: numbers.filter((no) => isOn(no, "flagged")),
    };
    for (const place of document.querySelectorAll("[data-count-of]")) {
      place.textContent = String(of[place.dataset.countOf].length);
    }
    for (const list of root.querySelectorAll("[data-list-of]")) {
      const some = of[list.dataset.listOf];
      list.hidden = !some.length;
      for (const item of list.querySelectorAll("[data-item-of]")) item.hidden = !some.includes(Number(item.dataset.itemOf));
    }
    for (const place of document.querySelectorAll("[data-sum-of]")) place.hidden = !of[place.dataset.sumOf].length;
    const done = root.querySelector("[data-all-answered]");
    if (done) done.hidden = of.open.length + of.partly.length > 0;
  }

  function show(no) {
    const state = states.get(no);
    for (const place of root.querySelectorAll(`[data-number="${no}"]`)) {
      place.classList.toggle("th-exam-number-answered", Boolean(state.answered));
      place.classList.toggle("th-exam-number-partly", Boolean(state.partly));
      place.classList.toggle("th-exam-number-flagged", Boolean(state.flagged));
      for (const sign of place.querySelectorAll("[data-when]")) {
        const { when } = sign.dataset;
        sign.hidden = when === "open" ? !isOpen(no) : !state[when];
      }
    }
    const flag = root.querySelector(`[data-flag="${no}"]`);
    if (flag) {
      flag.setAttribute("aria-pressed", String(Boolean(state.flagged)));
      for (const sign of flag.querySelectorAll("[data-when]")) {
        sign.hidden = (sign.dataset.when === "flagged") !== Boolean(state.flagged);
      }
    }
    showSums();
  }

  return {
    count,
    is: isOn,
    set(no, changes) {
      const state = states.get(no) ?? {};
      if (Object.entries(changes).every(([name, on]) => Boolean(state[name]) === on)) return;
      states.set(no, { ...state, ...changes });
      show(no);
    },
    current(no) {
      for (const place of root.querySelectorAll(".th-exam-side [data-number]")) {
        if (Number(place.dataset.number) === no) place.setAttribute("aria-current", "step");
        else place.removeAttribute("aria-current");
      }
    },
  };
}
