// A running paper: everything bound together.
import { bindAnswers, noticeOf } from "./exam-answers.js";
import { createClock } from "./exam-clock.js";
import { createCopy } from "./exam-copy.js";
import { bindEnding } from "./exam-ending.js";
import { bindFlags } from "./exam-flags.js";
import { bindKeys } from "./exam-keys.js";
import { bindLimit } from "./exam-limit.js";
import { createNumbers } from "./exam-numbers.js";
import { createPages } from "./exam-pages.js";
import { bindRefresh } from "./exam-refresh.js";
import { bindRestored } from "./exam-restored.js";
import { bindReview } from "./exam-review.js";
import { createSaver } from "./exam-saver.js";
import { createSignIn } from "./exam-sign-in.js";
import { createStatus } from "./exam-status.js";
import { bindTimer } from "./exam-timer.js";
import { bindWatch } from "./exam-watch.js";
import { createWire, sleep } from "./exam-wire.js";

const root = document.querySelector("[data-exam]");
const { mode } = root.dataset;
const clock = createClock(root);
const wire = createWire(root, clock);
const copy = createCopy(root);
const numbers = createNumbers(root);
const saver = createSaver({ wire, copy, onChange: showSaving, onReceipt: receive, onSignedOut: (why) => signIn.ask(why) });
const status = createStatus(root, saver);
const restored = bindRestored(root, saver);
const answers = bindAnswers({ saver, numbers, copy, onRestored: restored.show });
const pages = createPages(root, {
  wire,
  mode,
  onShow: (no) => { numbers.current(no); review.close(); },
  beforeLeaving: () => { collect(); saver.flush(); watch?.moved(); },
  onSignedOut: (why) => signIn.ask(why),
  onTurning: (is) => { if (is) status.say(root.dataset.textTurning); },
  onArrival: { bind: arrive, settle },
});
const signIn = createSignIn(root, { wire, onDone: () => saver.retry(), onState: status.signedOut });
const ending = bindEnding(root, { wire, clock, saver, copy, collect, takeTimes: () => watch.take(), onSignedOut: signIn.ask });
const review = bindReview(root, { pages, saver, collect });
const limit = bindLimit(root, { collect, saver, turn });
const flags = bindFlags(root, { wire, numbers });
const isRunning = () => clock.left() > 0 && !ending.isEnding();
const watch = bindWatch({ wire, pages, isRunning, onFailure: (code) => { if (code === 401) signIn.ask("expired"); } });

function collect() {
  answers.collect(pages.sections());
}

function showSaving(no) {
  numbers.set(no, { unsaved: !saver.isSaved(no) });
  const section = pages.sectionOf(no);
  if (section && saver.isRefused(no)) noticeOf(section, "refused").hidden = false;
  else section?.querySelector("[data-refused]")?.setAttribute("hidden", "");
  restored.update();
  status.show();
}

function receive(no, receipt, { entry, isNewer }) {
  const section = pages.sectionOf(no);
  if (isNewer && section) {
    answers.supersede(section, entry, receipt.response);
    status.say(root.dataset.textSuperseded);
  }
  status.saved(receipt.saved_at);
}

async function settle(no) {
  while (!saver.isSaved(no)) {
    saver.flush();
    await sleep(100);
  }
}

function arrive(section) {
  answers.bind(section);
  limit.restart();
  flags.bind(section);
}

function turn(way) {
  if (ending.isEnding()) return;
  if (way > 0 && pages.isLast() && mode !== "all") review.open();
  else pages.turn(way);
}

function bindForm() {
  const form = root.querySelector("[data-paper]");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const act = event.submitter?.value ?? "";
    collect();
    saver.flush();
    if (act === "review") review.open();
    else if (act === "next") turn(1);
    else if (act === "previous") turn(-1);
    else if (act.startsWith("go-")) pages.show(Number(act.slice(3)));
  });
  for (const link of root.querySelectorAll("[data-go], .th-exam-side a[data-number]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      pages.show(Number(link.dataset.go ?? link.dataset.number));
    });
  }
}

// All on one page: the question in which somebody works is the current one.
function follow(event) {
  const no = Number(event.target.closest("[data-question]")?.dataset.question);
  if (mode !== "all" || !no || no === pages.current()) return;
  watch.moved();
  pages.adopt(no);
  numbers.current(no);
}

for (const section of pages.sections()) arrive(section);
bindForm();
root.querySelector("[data-paper]").addEventListener("focusin", follow);
bindTimer(root, clock, status.say);
bindRefresh({ wire, pages, saver, answers, numbers, isRunning });
bindKeys(root, { pages, turn, flag: flags.toggle, review: () => review.open() });
pages.show(pages.current(), { focus: false });
answers.restore(pages);

window.addEventListener("online", () => saver.retry());
clock.onWake(() => watch.beat());
document.addEventListener("visibilitychange", () => {
  collect();
  if (document.visibilityState === "hidden") saver.flush({ keepalive: true });
  else saver.retry();
});
window.addEventListener("pagehide", () => { collect(); saver.flush({ keepalive: true }); });
window.addEventListener("beforeunload", (event) => {
  collect();
  saver.flush({ keepalive: true });
  const isKept = window.isSecureContext && !saver.trouble(); // sent on its way, and in the copy
  if (!saver.isQuiet() && !isKept && !ending.isEnding()) event.preventDefault();
});
