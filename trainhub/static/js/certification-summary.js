// The personal summary saves itself as somebody writes; the parts go as one list.
import { bindAutosave } from "./autosave.js";

function partsOf(form) {
  const areas = [...form.querySelectorAll("textarea[data-part]")];
  return {
    get value() {
      return JSON.stringify(areas.map((area) => area.value));
    },
    addEventListener(kind, listener) {
      for (const area of areas) area.addEventListener(kind, listener);
    },
    count() {
      return areas.reduce((sum, area) => sum + [...area.value.replace(/\s/gu, "")].length, 0);
    },
  };
}

const form = document.querySelector("form[data-summary]");
if (form) {
  const parts = partsOf(form);
  const place = form.querySelector("[data-count]");
  bindAutosave(form, parts);
  parts.addEventListener("input", () => {
    place.textContent = form.dataset.textCount
      .replace("{count}", parts.count())
      .replace("{least}", form.dataset.least);
  });
}
