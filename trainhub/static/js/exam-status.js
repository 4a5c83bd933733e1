// What is saved, all the time in one line; spoken only when trouble begins and when it ends.
export function createStatus(root, saver) {
  const line = root.querySelector("[data-save-line]");
  const words = line.querySelector("[data-save-words]");
  const calm = root.querySelector("[data-calm]"); // the same words to be seen, where a page has them
  const announcer = root.querySelector("[data-announce]");
  const texts = root.dataset;
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: texts.zone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
  });
  let savedAt = null;
  let inTrouble = false;
  let isSignedOut = false;

  // Replaced a moment later, so that the same words twice are spoken twice.
  function say(text) {
    announcer.textContent = "";
    setTimeout(() => { announcer.textContent = text; }, 50);
  }

  function found() {
    if (isSignedOut && !saver.isQuiet()) return ["trouble", texts.textSignedOut];
    if (saver.trouble()) return ["trouble", texts.textRetrying];
    if (saver.refused()) return ["trouble", texts.textRefused];
    if (saver.busy()) return ["busy", texts.textSaving];
    if (saver.dirty()) return ["busy", texts.textUnsaved];
    if (savedAt) return ["fine", texts.textSaved.replace("{time}", format.format(savedAt))];
    return ["fine", texts.textReady];
  }

  function show() {
    const [state, text] = found();
    if (words.textContent !== text) words.textContent = text;
    line.dataset.saveLine = state;
    for (const sign of line.querySelectorAll("[data-save-icon]")) sign.hidden = sign.dataset.saveIcon !== state;
    const trouble = saver.trouble();
    if (calm) calm.hidden = !trouble;
    if (trouble !== inTrouble && (trouble || saver.isQuiet())) {
      inTrouble = trouble;
      say(trouble ? texts.textTrouble : texts.textFine);
    }
  }
  show();
  return {
    show,
    say,
    saved(at) {
      const when = new Date(at);
      if (at && (!savedAt || when > savedAt)) savedAt = when;
      isSignedOut = false;
      show();
    },
    signedOut(is) {
      isSignedOut = is;
      show();
    },
  };
}
