// What is pressed beside the field, and the page's own going and coming.
export function bindButtons(root, { area, end, question, run, sender, tabs }) {
  root.querySelector("[data-take-over]").addEventListener("click", async () => {
    await tabs.take();
    window.location.reload();
  });
  root.querySelector("[data-finish]").addEventListener("click", question.ask);
  // A press of a button leaves the field its focus: an open composition would else be put in.
  for (const button of root.querySelectorAll("[data-finish], [data-view]")) {
    button.addEventListener("mousedown", (event) => event.preventDefault());
  }
  root.querySelector("[data-save-line]").addEventListener("click", () => { if (!sender.isQuiet()) sender.retry(); });
  area.addEventListener("keydown", (event) => {
    const isLast = root.hasAttribute("data-at-end") && event.key === "Enter" && !event.isComposing;
    if (!isLast || run.state !== "open") return;
    event.preventDefault();
    end.finish("done");
  });
  window.addEventListener("online", () => sender.retry());
  window.addEventListener("pagehide", () => {
    sender.keep();
    if (run.state === "open") sender.flush({ keepalive: true });
  });
}
