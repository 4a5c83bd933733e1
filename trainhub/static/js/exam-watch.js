// What is noted while a paper is open: how long each question was in view, and that the page was
// left. A person may look at that; nothing follows from it here.
const BEAT_MS = 60000;
const BRIEF_MS = 1500; // a glance at a message of the system is not a leaving
const MOST_SIGHTINGS = 200;

export function bindWatch({ wire, pages, isRunning, onFailure }) {
  const times = new Map();
  let since = performance.now();
  let awaySince = null;
  let told = false;
  let count = 0;

  const isHere = () => document.visibilityState === "visible" && document.hasFocus();

  function add() {
    const now = performance.now();
    const no = pages.current();
    if (awaySince === null) times.set(no, (times.get(no) ?? 0) + now - since);
    since = now;
  }

  // What has not been told yet, by question in milliseconds; it counts as told from now on.
  function take() {
    add();
    const taken = Object.fromEntries([...times].map(([no, ms]) => [no, Math.round(ms)]));
    times.clear();
    return taken;
  }

  async function beat() {
    if (!isRunning()) return;
    const taken = take();
    const answer = await wire.call("/heartbeat", { body: { times: taken } });
    if (answer.status === 200) return;
    for (const [no, ms] of Object.entries(taken)) times.set(Number(no), (times.get(Number(no)) ?? 0) + ms);
    onFailure(answer.status);
  }

  function part() {
    if (isRunning()) wire.call("/heartbeat", { body: { times: take() }, keepalive: true });
  }

  function report(kind, values) {
    if (count >= MOST_SIGHTINGS || !isRunning()) return;
    count += 1;
    wire.call("/sightings", { body: { kind, no: pages.current(), ...values }, keepalive: true });
  }

  function left() {
    if (awaySince !== null) return;
    add();
    awaySince = performance.now();
    told = false;
    setTimeout(() => {
      if (awaySince === null || told) return;
      told = true;
      report(document.visibilityState === "hidden" ? "page_hidden" : "focus_lost", {});
    }, BRIEF_MS);
  }
  function back() {
    if (awaySince === null || !isHere()) return;
    const away = Math.round(performance.now() - awaySince);
    awaySince = null;
    since = performance.now();
    if (away >= BRIEF_MS) report("focus_back", { away_ms: away });
  }

  window.addEventListener("blur", () => setTimeout(() => { if (!isHere()) left(); }, 0));
  window.addEventListener("focus", back);
  document.addEventListener("visibilitychange", () => (document.visibilityState === "hidden" ? left() : back()));
  window.addEventListener("pagehide", part);
  setInterval(beat, BEAT_MS);
  return { beat, moved: add, take };
}
