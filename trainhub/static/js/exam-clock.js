// How much time is left, by the server. The computer's own clock is never read: the rest comes
// from the page and from every reply, and runs down by performance.now().
const MORE_TIME_MS = 15000;
const SLEEP_MS = 4000;

export function createClock(root) {
  const began = performance.getEntriesByType("navigation")[0]?.responseStart || performance.now();
  let wall = began + Number(root.dataset.remaining);
  const listeners = [];
  const wakers = [];
  let lastWorld = Date.now(); // for differences only: has the computer slept?
  let lastOwn = performance.now();

  function sync(remainingMs, sentAt, receivedAt) {
    const found = (sentAt + receivedAt) / 2 + remainingMs;
    const doubt = (receivedAt - sentAt) / 2 + 150;
    if (Math.abs(found - wall) <= doubt) return;
    const moreMs = found - wall;
    wall = found;
    if (moreMs > MORE_TIME_MS) for (const tell of listeners) tell(moreMs);
  }

  function tick() {
    const world = Date.now();
    const own = performance.now();
    const slept = Math.abs(world - lastWorld - (own - lastOwn)) > SLEEP_MS;
    lastWorld = world;
    lastOwn = own;
    if (slept) for (const wake of wakers) wake();
  }
  setInterval(tick, 1000);

  return {
    sync,
    left: () => Math.max(0, wall - performance.now()),
    onMore: (tell) => listeners.push(tell),
    onWake: (wake) => wakers.push(wake),
  };
}

export function asDigits(ms) {
  const whole = Math.ceil(ms / 1000);
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes, seconds] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}
