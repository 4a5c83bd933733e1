// Coming back to the page: what another device has saved meanwhile is put into the fields here,
// except where something of this page is still on its way.
export function bindRefresh({ wire, pages, saver, answers, numbers, isRunning }) {
  let hiddenSince = null;

  async function refresh() {
    const answer = await wire.call("/paper", { method: "GET" });
    if (answer.status !== 200) return;
    for (const question of answer.body.questions) {
      const section = pages.sectionOf(question.no);
      numbers.set(question.no, { flagged: question.is_flagged });
      if (!section || !saver.isSaved(question.no)) continue;
      if (question.seq > saver.seqOf(question.no)) {
        saver.add(question.no, question.seq);
        answers.put(section, question.response);
      }
    }
  }

  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") hiddenSince = performance.now();
    else if (hiddenSince !== null && isRunning()) refresh();
  });
}
