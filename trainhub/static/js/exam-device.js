// The name under which this tab saves: the same after a reload, another one in another tab.
export const newKey = () =>
  [...crypto.getRandomValues(new Uint8Array(12))].map((one) => one.toString(16).padStart(2, "0")).join("");

let made = null;

export function nameDevice() {
  made ??= `web-${newKey()}`;
  try {
    const known = sessionStorage.getItem("exam-device") ?? made;
    sessionStorage.setItem("exam-device", known);
    return known;
  } catch {
    return made;
  }
}
