// <details data-confirm>: without JavaScript it opens below its button; with it, the same form
// asks in a modal dialog.
function askInDialog(details) {
  const body = details.querySelector(".th-confirm-body");
  const dialog = document.createElement("dialog");
  dialog.className = "th-dialog";
  const question = body.querySelector(".th-confirm-question");
  question.id ||= `confirm-${Math.random().toString(36).slice(2)}`;
  dialog.setAttribute("aria-labelledby", question.id);
  const cancel = body.querySelector("[data-confirm-cancel]");
  cancel.hidden = false;
  dialog.append(body);
  dialog.addEventListener("close", () => {
    details.append(body);
    dialog.remove();
    details.querySelector("summary").focus();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  cancel.addEventListener("click", () => dialog.close(), { once: true });
  document.body.append(dialog);
  dialog.showModal();
  cancel.focus();
}

export function bindConfirmations(root) {
  for (const details of root.querySelectorAll("details[data-confirm]")) {
    details.querySelector("summary").addEventListener("click", (event) => {
      event.preventDefault();
      askInDialog(details);
    });
  }
}
