// The editor of courses and quizzes: form[data-editor] gets its toolbar, its live preview, its
// draft that saves itself, and pictures dropped on the text. Without scripts the form still
// saves, and the page it comes back with shows the preview.
import { bindToolbar, insertText } from "./toolbar.js";
import { bindAutosave } from "./autosave.js";
import { bindPreview, goToLine } from "./preview.js";
import { bindPictures } from "./pictures.js";

const NARROW = "(max-width: 61.99rem)";

function bindViews(form) {
  const group = form.querySelector("[data-views]");
  group.hidden = false;
  const show = (view) => {
    form.dataset.view = view;
    for (const button of group.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.dataset.show === view));
    }
  };
  group.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-show]");
    if (button) show(button.dataset.show);
  });
  if (window.matchMedia(NARROW).matches) show("text");
  return show;
}

const form = document.querySelector("form[data-editor]");
if (form) {
  const source = form.querySelector("textarea[name=source]");
  const show = bindViews(form);
  bindToolbar(form, source);
  bindPreview(form, source);
  bindAutosave(form, source);
  bindPictures(document.querySelector("[data-pictures]"), form, source, insertText);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-line]");
    if (!link) return;
    event.preventDefault();
    if (form.dataset.view === "preview") show("text");
    goToLine(source, Number(link.dataset.line));
  });
}
