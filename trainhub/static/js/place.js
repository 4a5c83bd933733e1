// Where in the lesson the reader is: sent at most every 5 seconds while it changes, and when
// the page is hidden. `data-resume` (permille of the text) is where to go on.
const PERIOD_MS = 5000;
const IDLE_MS = 60000;
const NOTICE_MS = 12000;

function seenPermille(text) {
  const box = text.getBoundingClientRect();
  const seen = window.innerHeight - box.top;
  return Math.round(1000 * Math.min(1, Math.max(0, seen / Math.max(1, box.height))));
}

function resume(reader, text) {
  const permille = Number(reader.dataset.resume);
  if (window.location.hash || permille < 120 || permille > 980) return;
  const box = text.getBoundingClientRect();
  const target = window.scrollY + box.top + (box.height * permille) / 1000 - window.innerHeight;
  if (target < 80) return;
  window.scrollTo({ top: target, behavior: "instant" });
  const notice = reader.querySelector("[data-resumed]");
  notice.hidden = false;
  setTimeout(() => { notice.hidden = !notice.contains(document.activeElement); }, NOTICE_MS);
}

export function bindPlace(reader) {
  const text = reader.querySelector(".th-lesson");
  const { placeUrl, csrf } = reader.dataset;
  if (!placeUrl) return;
  let sent = -1;
  let lastSent = 0;
  let lastMoved = performance.now();
  let counted = performance.now();
  let timer = null;

  function fields() {
    const now = performance.now();
    const active = Math.max(0, Math.min(now, lastMoved + IDLE_MS) - counted);
    counted = now;
    lastSent = now;
    sent = Math.max(sent, seenPermille(text));
    return new URLSearchParams({ scroll: sent, active: Math.round(active / 1000), csrf_token: csrf });
  }
  function send() {
    timer = null;
    if (document.visibilityState === "hidden") return;
    fetch(placeUrl, { method: "POST", body: fields(), headers: { Accept: "application/json" } }).catch(() => {});
  }
  function moved() {
    lastMoved = performance.now();
    if (timer === null) timer = setTimeout(send, Math.max(250, PERIOD_MS - (lastMoved - lastSent)));
  }

  resume(reader, text);
  send();
  for (const kind of ["scroll", "keydown", "pointerdown"]) {
    window.addEventListener(kind, moved, { passive: true });
  }
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") navigator.sendBeacon(placeUrl, fields());
    else counted = performance.now();
  });
}
