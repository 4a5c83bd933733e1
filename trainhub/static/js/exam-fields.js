// A question's fields as a response, and a response put back into its fields. The shapes are
// those of the JSON interface (docs/api.md).
const nameOf = (section) => `q${section.dataset.question}`;
const TYPED = new Set(["short_answer", "numeric", "long_answer"]);

function fieldsOf(section) {
  const name = nameOf(section);
  const all = section.querySelectorAll(`[name="${name}"], [name^="${name}-"]`);
  return [...all].filter((field) => field.type !== "hidden");
}

const idOf = (section, field) => field.name.slice(nameOf(section).length + 1);

function steps(section) {
  return [...section.querySelectorAll("[data-ordering] > li")].map((step) =>
    idOf(section, step.querySelector("select")));
}

export function read(section) {
  const { kind } = section.dataset;
  const fields = fieldsOf(section);
  if (kind === "ordering") return steps(section);
  if (kind === "multiple") {
    const chosen = fields.filter((field) => field.checked).map((field) => field.value);
    return chosen.length ? chosen : null;
  }
  if (kind === "single" || kind === "true_false") {
    const value = fields.find((field) => field.checked)?.value ?? null;
    return kind === "single" || value === null ? value : value === "true";
  }
  if (TYPED.has(kind)) {
    const text = fields[0].value;
    if (!text.trim()) return null;
    return kind === "long_answer" ? text : text.trim();
  }
  const filled = fields.map((field) => [idOf(section, field), field.value.trim()]);
  const given = Object.fromEntries(filled.filter(([, value]) => value));
  return Object.keys(given).length ? given : null;
}

// Whether an answer leaves pairs or gaps open.
export function isHalfFilled(section, response) {
  if (!["matching", "cloze"].includes(section.dataset.kind) || !response) return false;
  return Object.values(response).filter(Boolean).length < fieldsOf(section).length;
}

export function write(section, response) {
  const { kind } = section.dataset;
  const fields = fieldsOf(section);
  if (kind === "ordering") {
    const list = section.querySelector("[data-ordering]");
    const byId = new Map([...list.children].map((step) => [idOf(section, step.querySelector("select")), step]));
    for (const id of response ?? []) if (byId.has(id)) list.append(byId.get(id));
    list.dispatchEvent(new Event("renumber"));
  } else if (kind === "multiple") {
    for (const field of fields) field.checked = (response ?? []).includes(field.value);
  } else if (kind === "single" || kind === "true_false") {
    for (const field of fields) field.checked = response !== null && String(response) === field.value;
  } else if (TYPED.has(kind)) {
    fields[0].value = response ?? "";
  } else {
    for (const field of fields) field.value = response?.[idOf(section, field)] ?? "";
  }
}

const chosenText = (field) => (field.selectedOptions ? field.selectedOptions[0]?.textContent ?? "" : field.value);

// What stands in the fields in words, for its author to read beside a newer answer.
export function describe(section) {
  const { kind } = section.dataset;
  const fields = fieldsOf(section);
  if (TYPED.has(kind)) return fields[0].value;
  if (kind === "ordering") {
    const texts = [...section.querySelectorAll("[data-ordering] .th-ordering-text")];
    return texts.map((text, index) => `${index + 1}. ${text.textContent.trim()}`).join("\n");
  }
  if (kind === "matching") {
    return [...section.querySelectorAll(".th-matching > div")]
      .map((pair) => `${pair.querySelector("dt").textContent.trim()} → ${chosenText(pair.querySelector("select"))}`)
      .join("\n");
  }
  if (kind === "cloze") return fields.map((field, index) => `(${index + 1}) ${chosenText(field)}`).join("\n");
  const labels = fields.filter((field) => field.checked).map((field) => field.closest("label"));
  return labels.map((label) => label.textContent.trim()).join("\n");
}

function sorted(value) {
  if (Array.isArray(value) || value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}

export const same = (one, other) => JSON.stringify(sorted(one ?? null)) === JSON.stringify(sorted(other ?? null));
export const isTyped = (field) => field.matches("textarea, input:not([type=radio]):not([type=checkbox])");
