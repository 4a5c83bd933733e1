// Between the fields of the questions and what saves them.
import { bindOrdering } from "./ordering.js";
import { describe, isHalfFilled, isTyped, read, same, write } from "./exam-fields.js";

// A notice of a question, taken from its template the first time it is needed.
export function noticeOf(section, name) {
  const there = section.querySelector(`[data-${name}]`);
  if (there) return there;
  const fresh = document.querySelector(`[data-${name}-template]`).content.cloneNode(true).firstElementChild;
  section.querySelector("header").after(fresh);
  return fresh;
}

export function bindAnswers({ saver, numbers, copy, onRestored }) {
  const saved = new Map(); // question → the answer last given to the saver
  const own = new Map(); // question → the answer that another device's took the place of
  const noOf = (section) => Number(section.dataset.question);
  const standing = (section, response) => {
    const partly = isHalfFilled(section, response);
    return { answered: response !== null && !partly, partly };
  };

  function note(section, options) {
    const no = noOf(section);
    const response = read(section);
    if (same(response, saved.get(no))) return;
    saved.set(no, response);
    numbers.set(no, standing(section, response));
    saver.changed(no, response, options);
  }

  function count(section) {
    const place = section.querySelector("[data-count]");
    if (!place) return;
    place.hidden = false;
    place.querySelector("[data-count-value]").textContent = String(section.querySelector("textarea").value.length);
  }

  function put(section, response) {
    write(section, response);
    saved.set(noOf(section), response ?? null);
    numbers.set(noOf(section), standing(section, response ?? null));
    count(section);
  }

  // A newer answer of another device goes into the fields; what stood there stays to be read.
  function supersede(section, entry, response) {
    const notice = noticeOf(section, "superseded");
    notice.querySelector("[data-use-own]").onclick = (event) => {
      event.preventDefault();
      useOwn(section);
    };
    write(section, entry.response);
    notice.querySelector("[data-own]").textContent = describe(section);
    own.set(noOf(section), entry.response);
    put(section, response);
    notice.hidden = false;
  }

  function useOwn(section) {
    const response = own.get(noOf(section)) ?? null;
    section.querySelector("[data-superseded]").hidden = true;
    own.delete(noOf(section));
    write(section, response);
    count(section);
    note(section);
  }

  function bind(section) {
    const no = noOf(section);
    saver.add(no, Number(section.dataset.seq));
    // The saved answer, not the fields': an ordering shows an order before anybody has given one.
    const was = section.querySelector(`[name="q${no}-was"]`);
    saved.set(no, JSON.parse(was.value));
    for (const list of section.querySelectorAll("[data-ordering]")) bindOrdering(list);
    if (section.dataset.kind === "ordering" && saved.get(no) !== null) write(section, saved.get(no));
    count(section);
    section.addEventListener("input", (event) => {
      if (!isTyped(event.target)) return;
      count(section);
      note(section, { typing: true });
    });
    section.addEventListener("change", (event) => {
      note(section);
      if (isTyped(event.target)) saver.flush();
    });
    section.addEventListener("focusout", (event) => { if (isTyped(event.target)) saver.flush(); });
  }

  // What an earlier page of this computer could not get acknowledged: the server decides.
  async function restore(pages) {
    const entries = (await copy.load()).filter(([no]) => pages.sectionOf(no));
    for (const [no, entry] of entries) {
      const section = pages.sectionOf(no);
      if (entry.seq > Number(section.dataset.seq)) put(section, entry.response);
      saver.restore(no, entry);
    }
    if (entries.length) onRestored(entries.map(([no]) => no).sort((one, other) => one - other));
  }

  return { bind, restore, put, supersede, collect: (sections) => { for (const one of sections) if (one.dataset.kind !== "ordering") note(one); } };
}
