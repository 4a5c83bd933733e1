// A run under way: everything bound together.
import { createSignIn } from "./exam-sign-in.js";
import { createStatus } from "./exam-status.js";
import { createWire, sleep } from "./exam-wire.js";
import { bindButtons } from "./typing-buttons.js";
import { begins, createRunClock } from "./typing-clock.js";
import { createTypingCopy } from "./typing-copy.js";
import { bindEnd } from "./typing-end.js";
import { bindField } from "./typing-field.js";
import { figuresOf, fold, isAtEnd } from "./typing-figures.js";
import { bindFocus } from "./typing-focus.js";
import { createFollower } from "./typing-follow.js";
import { createPassage } from "./typing-passage.js";
import { bindQuestion } from "./typing-question.js";
import { fetchState } from "./typing-resume.js";
import { createSender } from "./typing-sender.js";
import { bindTabs } from "./typing-tabs.js";
import { bindTimes } from "./typing-times.js";
import { bindView } from "./typing-view.js";

const root = document.querySelector("[data-typing]");
const texts = root.dataset;
const area = root.querySelector("[data-field]");
const reference = root.querySelector("[data-passage-text]").textContent;
const testsWidth = texts.width === "yes";
const target = Array.from(fold(reference, testsWidth));
const follow = createFollower(target);

const wire = createWire(root, null);
const copy = createTypingCopy(texts.run);
const clock = createRunClock(Number(texts.elapsed));
const tabs = bindTabs(texts.run, { onTaken: release });
const sender = createSender({
  wire,
  copy,
  token: texts.token,
  onChange: () => status.show(),
  onSaved: () => status.saved(new Date().toISOString()),
  onSignedOut: (why) => { status.signedOut(true); if (end.isEnding()) signIn.ask(why); },
  onElsewhere: goneElsewhere,
  onClosed: () => end.leave(),
  onFull: () => end.finish("over"),
});
const status = createStatus(root, sender);
const signIn = createSignIn(root, { wire, onDone: () => sender.retry(), onState: status.signedOut });
const passage = createPassage(root.querySelector("[data-lines]"), reference);
bindView(root, { onChange: () => passage.refresh() });
const run = { state: "loading", first: null, typed: [], found: { steps: [], place: 0 } };
const field = bindField(area, { onEvent: note, onChange: judge, onRefused: refuse, isOpen: () => run.state === "open" });
const times = bindTimes(root, { clock, run, figures, say: status.say, onOver: () => { end.finish("over"); question.close(); } });
const end = bindEnd(root, { wire, sender, copy, field, run, claim, onSignedOut: signIn.ask });
const question = bindQuestion(root, { clock, run, times, field, finish: () => end.finish("done") });

function note(kind, data, stamp) {
  if (run.state !== "open") return null;
  if (run.first === null && !begins(kind, data)) return null;
  const t = clock.of(stamp);
  if (run.first === null) {
    run.first = t;
    root.dataset.begun = "";
  }
  if (t > times.wall()) return null;
  const event = [t, kind, data];
  sender.add(event);
  return event;
}

function judge() {
  const typed = Array.from(fold(field.text(), testsWidth));
  const found = follow(typed);
  [run.typed, run.found] = [typed, found];
  passage.show(found.steps, found.place);
  root.toggleAttribute("data-at-end", isAtEnd(target, found));
  if (texts.mode === "whole" && typed.length === target.length && found.cost === 0) end.finish("done");
}

function figures() {
  const ms = Math.min(clock.now(), times.wall()) - (run.first ?? clock.now());
  return figuresOf(run.found, target, run.typed, { ms, unit: texts.unit });
}

function claim() {
  const found = figures();
  return { [texts.unit]: Math.round(found.net * 10) / 10, accuracy: Math.round(found.accuracy * 10000) / 10000 };
}

function refuse(what) {
  const words = texts[`text${what[0].toUpperCase()}${what.slice(1)}`];
  root.querySelector("[data-refusal-words]").textContent = words;
  root.querySelector("[data-refusal]").hidden = false;
  status.say(words);
}

function open() {
  run.state = "open";
  area.readOnly = false;
  tabs.stay();
  times.start();
}

async function release() {
  run.state = "elsewhere";
  area.readOnly = true;
  await Promise.race([sender.drain(), sleep(3000)]);
  sender.stop();
  showElsewhere();
}

function goneElsewhere() {
  if (run.state === "elsewhere") return;
  run.state = "elsewhere";
  area.readOnly = true;
  sender.stop();
  copy.close();
  tabs.leave();
  showElsewhere();
}

function showElsewhere() {
  const notice = root.querySelector("[data-elsewhere]");
  notice.hidden = false;
  status.say(notice.textContent.trim());
}

async function begin() {
  if (await tabs.isElsewhere()) {
    run.state = "elsewhere";
    showElsewhere();
    return;
  }
  const kept = copy.load();
  let state = { events: [], next_chunk: 1 };
  if (Number(texts.nextChunk) > 1 || kept.chunk || kept.waiting.length) {
    state = await fetchState(wire, signIn.ask);
    if (state?.state !== "open") return end.leave();
  }
  const events = [...state.events, ...sender.restore(kept, state.next_chunk)];
  if (events.length) {
    field.restore(events);
    run.first = events.find(([, kind, data]) => begins(kind, data))?.[0] ?? null;
    clock.continueAfter(events.at(-1)[0]);
    root.toggleAttribute("data-begun", run.first !== null);
  }
  open();
  judge();
}

bindButtons(root, { area, end, question, run, sender, tabs });
bindFocus({ note, isBegun: () => run.first !== null });
begin();
