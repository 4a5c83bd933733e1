// Flags: shown at once, told to the server until it has heard.
import { isPassing, sleep, waitBefore } from "./exam-wire.js";

export function bindFlags(root, { wire, numbers }) {
  const telling = new Set();

  async function tell(no) {
    if (telling.has(no)) return;
    telling.add(no);
    for (let tries = 0; ; tries += 1) {
      const told = numbers.is(no, "flagged");
      const answer = await wire.call(`/questions/${no}/flag`, { method: "PUT", body: { is_flagged: told } });
      const isDone = !isPassing(answer.status) && answer.status !== 401;
      if (isDone && told === numbers.is(no, "flagged")) break;
      if (!isDone) await sleep(waitBefore(tries, answer.waitMs));
    }
    telling.delete(no);
  }

  function toggle(no) {
    if (!root.querySelector(`[data-flag="${no}"]`)) return;
    numbers.set(no, { flagged: !numbers.is(no, "flagged") });
    tell(no);
  }

  function bind(section) {
    const button = section.querySelector("[data-flag]");
    button?.addEventListener("click", (event) => {
      event.preventDefault();
      toggle(Number(button.dataset.flag));
    });
  }
  return { bind, toggle };
}
