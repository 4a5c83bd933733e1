// Which question is in view. All of a paper with a way back are on the page already, so that
// turning needs no connection; without a way back the next one comes from the server.
import { isPassing, sleep, waitBefore } from "./exam-wire.js";

export function createPages(root, { wire, mode, onShow, onArrival, beforeLeaving, onTurning, onSignedOut }) {
  const place = root.querySelector("[data-questions-here]");
  const last = Number(root.dataset.count);
  const heading = root.querySelector("h1").textContent.trim();
  let current = Number(root.dataset.current);
  let turning = false;
  const sectionOf = (no) => place.querySelector(`[data-question="${no}"]`);

  for (const template of root.querySelectorAll("[data-question-template]")) {
    const fresh = template.content.cloneNode(true);
    fresh.querySelector("[data-question]").hidden = true;
    const before = [...place.children].find((one) => Number(one.dataset.question) > Number(template.dataset.questionTemplate));
    place.insertBefore(fresh, before ?? null);
    template.remove();
  }

  function name(no) {
    const section = sectionOf(no);
    if (mode !== "all") document.title = `${section.querySelector("h2").textContent.trim().replace(/\s+/g, " ")} – ${heading}`;
    window.history.replaceState(null, "", root.dataset.questions + no);
  }

  function show(no, { focus = true } = {}) {
    if (no < 1 || no > last || !sectionOf(no)) return false;
    const from = current;
    if (from !== no) beforeLeaving(from);
    current = no;
    if (mode === "free") for (const section of place.children) section.hidden = section !== sectionOf(no);
    const back = root.querySelector("[data-turn=previous]");
    if (back) back.disabled = no === 1;
    name(no);
    onShow(no);
    if (focus) {
      sectionOf(no).focus({ preventScroll: true });
      const top = mode === "all" ? sectionOf(no) : root.querySelector("main");
      top.scrollIntoView({ block: "start" });
    }
    return true;
  }

  // Without a way back: the server opens the next question and closes the one behind.
  async function fetchNext(no) {
    for (let tries = 0; ; tries += 1) {
      const opened = await wire.call(`/questions/${no}/open`);
      if (opened.status === 401) onSignedOut("expired");
      else if (!isPassing(opened.status)) break;
      onTurning(true);
      await sleep(waitBefore(tries, opened.waitMs));
    }
    for (let tries = 0; ; tries += 1) {
      const answer = await fetch(root.dataset.questions + no, { headers: { Accept: "text/html" } }).catch(() => null);
      if (answer?.ok) return { html: await answer.text(), url: answer.url };
      onTurning(true);
      await sleep(waitBefore(tries));
    }
  }

  async function turnForward() {
    if (turning || current >= last) return;
    turning = true;
    beforeLeaving(current);
    await onArrival.settle(current);
    const { html, url } = await fetchNext(current + 1);
    onTurning(false);
    const page = new DOMParser().parseFromString(html, "text/html");
    const fresh = page.querySelector("[data-question]");
    if (!fresh) {
      window.location.assign(url);
      return;
    }
    const limit = root.querySelector("[data-question-timer]");
    const newLimit = page.querySelector("[data-question-timer]");
    if (limit && newLimit) limit.replaceWith(newLimit);
    place.replaceChildren(fresh);
    current = Number(fresh.dataset.question);
    turning = false;
    onArrival.bind(fresh);
    show(current);
  }

  return {
    sectionOf,
    sections: () => [...place.querySelectorAll("[data-question]")],
    current: () => current,
    isLast: () => current === last,
    show,
    turn(way) {
      if (mode === "forward") return way > 0 ? turnForward() : undefined;
      return show(current + way);
    },
    adopt(no) { current = no; },
  };
}
