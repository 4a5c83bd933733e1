// The look before handing in, on the same page: it needs no connection.
export function bindReview(root, { pages, saver, collect }) {
  const panel = root.querySelector("[data-review]");
  const paper = root.querySelector("[data-paper]");

  function open() {
    collect();
    saver.flush();
    panel.hidden = false;
    paper.hidden = true;
    panel.focus({ preventScroll: true });
    root.querySelector("main").scrollIntoView({ block: "start" });
  }
  function close() {
    panel.hidden = true;
    paper.hidden = false;
  }

  for (const button of root.querySelectorAll("[data-to-review]")) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      open();
    });
  }
  panel.querySelector("[data-back-to-paper]").addEventListener("click", (event) => {
    event.preventDefault();
    close();
    pages.show(pages.current());
  });
  return { open, close };
}
