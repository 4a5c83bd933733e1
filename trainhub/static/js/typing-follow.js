// Going along with somebody who types: what lies well behind and was right stays as it was found,
// so that the work per key does not grow with the text.
import { alignPrefix } from "./typing-alignment.js";

const SURE = 8; // signs right in a row: here the two texts run together again
const BEHIND = 60;

export function createFollower(target) {
  let settled = { typed: [], place: 0, steps: [], cost: 0 };

  const holds = (typed) => settled.typed.length <= typed.length
    && settled.typed.every((sign, no) => sign === typed[no]);

  function settle(found, typed) {
    let row = 0;
    for (let no = found.steps.length - 1, run = 0; no > 0 && !row; no -= 1) {
      run = found.steps[no].kind === "right" ? run + 1 : 0;
      if (run >= SURE && found.steps.length - no >= BEHIND) row = no + SURE - 1;
    }
    if (row <= settled.steps.length) return;
    const steps = found.steps.slice(0, row);
    const missed = steps.filter(({ kind }) => kind === "missed").length;
    const extra = steps.filter(({ kind }) => kind === "extra").length;
    const cost = steps.filter(({ kind }) => kind !== "right").length;
    settled = { typed: typed.slice(0, row - missed), place: row - extra, steps, cost };
  }

  return (typed) => {
    if (!holds(typed)) settled = { typed: [], place: 0, steps: [], cost: 0 };
    const { place, steps, cost, typed: { length } } = settled;
    const rest = alignPrefix(target.slice(place, place + typed.length - length + 200), typed.slice(length));
    for (const step of rest.steps) {
      step.at += place;
      step.from += length;
    }
    const found = { steps: [...steps, ...rest.steps], place: rest.place + place, cost: rest.cost + cost };
    settle(found, typed);
    return found;
  };
}
