// The end: handing in, and the wall. Nothing ends here before the server has said so.
import { isPassing, sleep, waitBefore } from "./exam-wire.js";

const FORCED_MS = [10000, 3000, 1000, 300];
const LEAVE_AFTER_MS = 60000;
const LAST_BEAT_MS = 2000; // how long the hand-in waits for what is only of interest

export function bindEnding(root, { wire, clock, saver, copy, collect, takeTimes, onSignedOut }) {
  let ending = false;
  const forced = new Set();

  function leave() {
    ending = true;
    window.location.assign(root.dataset.result);
  }

  // Until the server has answered, however long that takes.
  async function insist(path, options) {
    for (let tries = 0; ; tries += 1) {
      const answer = await wire.call(path, options);
      if (answer.status === 401 || answer.status === 404) onSignedOut(answer.status === 404 ? "other" : "expired");
      else if (!isPassing(answer.status)) return answer;
      await sleep(waitBefore(tries, answer.waitMs));
    }
  }

  async function settled() {
    while (!saver.isQuiet() && !saver.refused()) {
      saver.flush();
      await sleep(100);
    }
  }

  function freeze(is) {
    for (const field of root.querySelectorAll("[data-questions-here] :is(input, select, button)")) field.disabled = is;
    for (const field of root.querySelectorAll("[data-questions-here] textarea")) field.readOnly = is;
    root.querySelector("[data-over]").hidden = !is;
  }

  async function handIn() {
    if (ending) return;
    ending = true;
    root.querySelector("[data-handing-in]").hidden = false;
    root.querySelector("[data-handing-in]").scrollIntoView({ block: "nearest" });
    collect();
    const told = wire.call("/heartbeat", { body: { times: takeTimes() } });
    await settled();
    await Promise.race([told, sleep(LAST_BEAT_MS)]);
    await insist("/submit");
    copy.close();
    leave();
  }

  // The server may know of more time than this page. What is on its way is still sent: within
  // the grace it is kept as evidence.
  async function atTheWall() {
    ending = true;
    collect();
    saver.flush();
    freeze(true);
    root.querySelector("[data-over]").scrollIntoView({ block: "nearest" });
    const known = await insist("/heartbeat", { body: { times: takeTimes() } });
    if (known.status === 200 && clock.left() > 0) {
      freeze(false);
      ending = false;
      return;
    }
    const latest = performance.now() + LEAVE_AFTER_MS;
    await insist("/submit");
    while (!saver.isQuiet() && performance.now() < latest) await sleep(100);
    if (saver.isQuiet()) copy.close();
    leave();
  }

  setInterval(() => {
    if (ending) return;
    const left = clock.left();
    for (const mark of FORCED_MS) {
      if (left > mark) forced.delete(mark);
      else if (!forced.has(mark)) {
        forced.add(mark);
        collect();
        saver.flush();
      }
    }
    if (left <= 0) atTheWall();
  }, 100);

  document.addEventListener("submit", (event) => {
    if (!event.target.action.endsWith("/submit")) return;
    event.preventDefault();
    event.target.closest("dialog")?.close();
    handIn();
  });
  return { isEnding: () => ending };
}
