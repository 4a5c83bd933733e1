// The end: the button, the last letter, or the wall. Nothing ends here before the server has said
// so.
import { isPassing, sleep, waitBefore } from "./exam-wire.js";

export function bindEnd(root, { wire, sender, copy, field, run, claim, onSignedOut }) {
  let ending = false;

  function leave() {
    ending = true;
    run.state = "over";
    sender.stop();
    copy.close();
    window.location.assign(root.dataset.result);
  }

  async function insist(path, body) {
    for (let tries = 0; ; tries += 1) {
      const answer = await wire.call(path, { body });
      if (answer.status === 401 || answer.status === 404) onSignedOut(answer.status === 404 ? "other" : "expired");
      else if (!isPassing(answer.status)) return answer;
      await sleep(waitBefore(tries, answer.waitMs));
    }
  }

  async function finish(why) {
    if (ending || run.state !== "open") return;
    ending = true;
    run.state = "over";
    const claimed = claim();
    // A composition is the input method's: its text is not touched, it only counts no more.
    if (!field.isComposing()) root.querySelector("[data-field]").readOnly = true;
    const notice = root.querySelector("[data-ending]");
    for (const words of notice.querySelectorAll("[data-why]")) words.hidden = words.dataset.why !== why;
    notice.hidden = false;
    await sender.drain();
    const text = sender.refused() ? null : field.text(); // of what did not arrive nothing is claimed
    await insist("/finish", { token: root.dataset.token, final_text: text, client_claim: claimed, chunks: sender.sent() });
    leave();
  }

  return { finish, leave, isEnding: () => ending };
}
