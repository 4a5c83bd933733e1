"""Sitting an exam in a real browser, with everything that goes wrong on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from tests.e2e.browsing import LOCALES, PATIENCE_MS, Visitor
from tests.e2e.exam_sitting import ALL, FORWARD, KINDS, ExamCentre
from tests.e2e.looking import CONTRAST, axe_faults, change_theme, too_wide
from trainhub.demo import DEMO_PASSWORD

pytestmark = pytest.mark.e2e
_numbers = count(1)
SAVED = {"en": "Saved ", "zh": "已保存 "}
TROUBLE = {"en": "Not saved – trying again", "zh": "未保存，正在重试"}

HEAR = """() => {
  const spoken = document.querySelector("[data-announce]");
  window.heard = [];
  new MutationObserver(() => spoken.textContent && window.heard.push(spoken.textContent))
    .observe(spoken, { childList: true, characterData: true, subtree: true });
}"""


@pytest.fixture(scope="module")
def exams(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExamCentre]:
    """A centre of its own, so that its server may be killed."""
    made = ExamCentre(tmp_path_factory.mktemp("exams"))
    made.prepare()
    made.start()
    yield made
    made.kill()


class Candidate(Visitor):
    """A candidate's browser."""

    language = "en"
    attempt_id = 0

    def begin(self, sitting_id: int) -> None:
        """Begin the exam in the browser's language."""
        self.go(f"/my-exams/{sitting_id}")
        if self.tab.locator(f"#language-{self.language}").count():
            self.tab.check(f"#language-{self.language}")
        self.tab.locator("form[action$='/start'] button").click()
        self.tab.wait_for_url("**/questions/*")
        self.attempt_id = int(self.tab.url.split("/")[-3])

    def status(self) -> str:
        """What the page says about saving."""
        return str(self.tab.inner_text("[data-save-words]"))

    def wait_for_status(self, words: str) -> None:
        """Until the page says so."""
        script = (
            "words => document.querySelector('[data-save-words]').textContent.startsWith(words)"
        )
        self.tab.wait_for_function(script, arg=words)

    def wait_until_saved(self) -> None:
        """Until the page says that everything is saved."""
        self.wait_for_status(SAVED[self.language])

    def wait_for_copy(self, is_there: bool = True) -> None:
        """Until this computer keeps a copy, or none any more."""
        script = "is => Object.keys(localStorage).some(k => k.startsWith('exam-copy')) === is"
        self.tab.wait_for_function(script, arg=is_there)

    def choose(self, no: int, place: int) -> None:
        """Tick an option."""
        self.tab.locator(f"[data-question='{no}'] .th-option").nth(place - 1).click()

    def turn_to(self, no: int) -> None:
        """Go to a question by its number."""
        self.tab.locator(f".th-exam-side [data-number='{no}']").click()
        self.tab.locator(f"[data-question='{no}']").wait_for()

    def hand_in(self) -> None:
        """Review, hand in, confirm."""
        self.tab.locator("[data-to-review]").first.click()
        self.tab.locator("[data-review] summary").click()
        self.tab.locator("dialog form[action$='/submit'] button.btn-primary").click()
        self.tab.wait_for_url("**/result")


Sit = Callable[..., Candidate]


@pytest.fixture
def sit(exams: ExamCentre, chromium: Any) -> Iterator[Sit]:
    """`sit()` is a new candidate in front of the first question; `sit(like=one)` the same person
    on another device."""
    candidates: list[Candidate] = []

    def arrive(
        *items: str,
        language: str = "en",
        like: Candidate | None = None,
        rules: dict[str, Any] | None = None,
        begins: bool = True,
        width: int = 1280,
        **options: Any,
    ) -> Candidate:
        context = chromium.new_context(
            locale=LOCALES[language],
            viewport={"width": width, "height": 900},
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(PATIENCE_MS)
        candidate = Candidate(context, exams.address)
        candidates.append(candidate)
        candidate.language = language
        candidate.tab.on("dialog", lambda dialog: dialog.accept())
        if like is not None:
            candidate.username = like.username
            candidate.sign_in(like.username)
            candidate.attempt_id = like.attempt_id
            candidate.go(f"/attempts/{like.attempt_id}")
            return candidate
        candidate.username = f"person{next(_numbers)}"
        sitting_id = exams.hold(candidate.username, *items, **(rules or {}))
        candidate.sign_in(candidate.username)
        candidate.sitting_id = sitting_id
        if begins:
            candidate.begin(sitting_id)
        return candidate

    yield arrive
    faults = [fault for one in candidates for fault in one.faults]
    for one in candidates:
        one.context.close()
    assert faults == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_kind_of_question_is_answered_and_handed_in(
    sit: Sit, exams: ExamCentre, language: str
) -> None:
    one = sit(*KINDS, language=language)
    tab = one.tab
    one.choose(1, 1)
    tab.locator("[data-turn=next]").click()
    one.choose(2, 1)
    one.choose(2, 2)
    one.turn_to(3)
    one.choose(3, 1)
    one.turn_to(4)
    tab.fill("#q4-text", "Nova")
    one.turn_to(5)
    tab.fill("#q5-text", "80")
    one.turn_to(6)
    tab.locator("[data-question='6'] [data-move='1']").first.click()
    one.turn_to(7)
    for select in tab.locator("[data-question='7'] select").all():
        select.select_option(index=1)
    one.turn_to(8)
    tab.locator("[data-question='8'] input[type=text], [data-question='8'] .th-gap").first.fill("3")
    one.turn_to(9)
    tab.fill("#q9-text", "您好，\n已为您处理。")
    assert tab.inner_text("[data-question='9'] [data-count-value]") == "10"
    one.wait_until_saved()
    one.hand_in()
    answers = exams.saved(one.attempt_id)
    assert all(answers[no] is not None for no in range(1, 10)), answers
    assert (answers[3], answers[4], answers[5]) == (True, "Nova", "80")
    assert answers[9] == "您好，\n已为您处理。"
    assert exams.state_of(one.attempt_id) == "awaiting_marking"


def test_a_cut_network_loses_nothing(sit: Sit, exams: ExamCentre) -> None:
    one = sit()
    tab = one.tab
    one.choose(1, 1)
    one.wait_until_saved()
    tab.clock.install()
    one.context.set_offline(True)
    one.turn_to(2)  # turning pages needs no network
    one.choose(2, 2)
    one.turn_to(4)
    tab.fill("#q4-text", "written while the network was gone")
    one.turn_to(3)
    one.wait_for_status(TROUBLE["en"])
    tab.clock.run_for(90_000)
    assert one.status() == TROUBLE["en"]
    assert exams.saved(one.attempt_id)[4] is None
    one.context.set_offline(False)
    tab.clock.run_for(20_000)
    one.wait_until_saved()
    answers = exams.saved(one.attempt_id)
    assert answers[4] == "written while the network was gone"
    assert answers[2] is not None
    assert tab.locator("[data-announce]").count() == 1


def test_a_killed_tab_comes_back_with_what_was_not_saved(sit: Sit, exams: ExamCentre) -> None:
    one = sit()
    one.turn_to(4)
    one.context.set_offline(True)
    one.tab.fill("#q4-text", "not yet on the server")
    one.wait_for_status(TROUBLE["en"])
    one.wait_for_copy()
    assert "not yet on the server" not in one.tab.evaluate("JSON.stringify(localStorage)")
    one.tab.close()
    one.context.set_offline(False)
    one.tab = one.context.new_page()
    one.go(f"/attempts/{one.attempt_id}")
    one.wait_until_saved()
    assert one.tab.is_visible("[data-restored]")
    assert one.tab.inner_text("[data-restored-list]") == "4"
    one.tab.wait_for_selector("[data-restored-done]")  # it says so once all of it is saved
    assert not one.tab.is_visible("[data-restored-busy]")
    one.tab.click("[data-restored] [data-close-notice]")
    assert not one.tab.is_visible("[data-restored]")
    one.turn_to(4)
    assert one.tab.input_value("#q4-text") == "not yet on the server"
    assert exams.saved(one.attempt_id)[4] == "not yet on the server"
    one.wait_for_copy(False)


def test_a_second_device_shows_both_answers(sit: Sit, exams: ExamCentre) -> None:
    desk = sit()
    desk.turn_to(4)
    desk.tab.fill("#q4-text", "first words")
    desk.wait_until_saved()
    phone = sit(like=desk, width=390)
    phone.turn_to(4)
    assert phone.tab.input_value("#q4-text") == "first words"
    phone.tab.fill("#q4-text", "from the phone, one")
    phone.turn_to(3)
    phone.wait_until_saved()
    phone.turn_to(4)
    phone.tab.fill("#q4-text", "from the phone, two")
    phone.turn_to(3)
    phone.wait_until_saved()
    desk.tab.fill("#q4-text", "from the desk")
    notice = desk.tab.locator("[data-question='4'] [data-superseded]")
    notice.wait_for()
    assert desk.tab.input_value("#q4-text") == "from the phone, two"
    assert "from the desk" in notice.inner_text()
    notice.locator("[data-use-own]").click()
    desk.wait_until_saved()
    assert exams.saved(desk.attempt_id)[4] == "from the desk"
    assert not notice.is_visible()


def test_an_expired_sign_in_is_renewed_on_the_page(sit: Sit, exams: ExamCentre) -> None:
    one = sit()
    one.turn_to(4)
    exams.end_sign_ins(one.username)
    one.tab.fill("#q4-text", "typed after the sign-in had ended")
    dialog = one.tab.locator("dialog[data-sign-in]")
    dialog.wait_for()
    dialog.locator("[name=password]").fill("wrong")
    dialog.locator("button.btn-primary").click()
    dialog.get_by_text("The password is not right.").wait_for()
    dialog.locator("[name=password]").fill(DEMO_PASSWORD)
    dialog.locator("button.btn-primary").click()
    one.wait_until_saved()
    assert not dialog.is_visible()
    assert one.tab.input_value("#q4-text") == "typed after the sign-in had ended"
    assert exams.saved(one.attempt_id)[4] == "typed after the sign-in had ended"


def test_another_person_signed_in_here_writes_nothing(sit: Sit, exams: ExamCentre) -> None:
    one, other = sit(), sit(begins=False)
    one.turn_to(4)
    one.context.add_cookies(other.context.cookies())
    one.tab.fill("#q4-text", "whose is this?")
    dialog = one.tab.locator("dialog[data-sign-in]")
    dialog.get_by_text("Somebody else is signed in").wait_for()
    assert one.tab.input_value("#q4-text") == "whose is this?"
    assert exams.saved(one.attempt_id)[4] is None


def test_a_killed_server_loses_nothing(sit: Sit, exams: ExamCentre) -> None:
    one = sit()
    one.turn_to(4)
    one.tab.fill("#q4-text", "before")
    one.wait_until_saved()
    exams.kill()
    one.tab.fill("#q4-text", "before, and while the server was dead")
    one.wait_for_status(TROUBLE["en"])
    exams.start()
    one.wait_until_saved()
    assert exams.saved(one.attempt_id)[4] == "before, and while the server was dead"


def test_the_last_second_counts_and_survives_a_reload(sit: Sit, exams: ExamCentre) -> None:
    one = sit("single", "short")
    one.turn_to(2)
    one.tab.fill("#q2-text", "Nov")
    exams.leave(one.attempt_id, 15)
    one.tab.reload()  # two seconds after the last key have not passed
    one.turn_to(2)
    assert one.tab.input_value("#q2-text") == "Nov"
    left = "() => Number(document.querySelector('[data-clock]').textContent.split(':')[1]) < 5"
    one.tab.wait_for_function(left)
    one.tab.fill("#q2-text", "Nova")  # saved by force before the wall
    one.tab.wait_for_url("**/result")
    assert exams.saved(one.attempt_id)[2] == "Nova"
    assert exams.state_of(one.attempt_id) == "released"
    assert "at the deadline" in one.tab.inner_text("main")


@pytest.mark.parametrize(
    ("ago", "words"),
    [(10, "Came after the end"), (180, "Never reached the server in time")],
    ids=["within the grace", "after it"],
)
def test_text_left_on_the_computer_is_never_just_gone(
    sit: Sit, exams: ExamCentre, ago: int, words: str
) -> None:
    one = sit("single", "short")
    one.turn_to(2)
    one.context.set_offline(True)
    one.tab.fill("#q2-text", "still on this computer")
    one.wait_for_status(TROUBLE["en"])
    one.wait_for_copy()
    exams.leave(one.attempt_id, -ago)  # first: a page that goes sends what it has once more
    one.tab.close()
    one.context.set_offline(False)
    one.tab = one.context.new_page()
    refusals = iter([503, 502])  # an overloaded server must not hide it either

    def refuse_twice(route: Any) -> None:
        status = next(refusals, None)
        route.fulfill(status=status, body="") if status else route.continue_()

    one.tab.route("**/responses", refuse_twice)
    one.go(f"/attempts/{one.attempt_id}")
    one.tab.get_by_text(words).wait_for()
    assert next(refusals, None) is None
    one.tab.get_by_text("still on this computer").wait_for()
    assert exams.saved(one.attempt_id)[2] is None


def test_signing_out_leaves_no_copy_behind(sit: Sit) -> None:
    one = sit("single", "short")
    one.turn_to(2)
    one.tab.route("**/responses", lambda route: route.abort())
    one.tab.fill("#q2-text", "not for the next one at this desk")
    one.wait_for_status(TROUBLE["en"])
    one.go("/my-exams")
    one.wait_for_copy()
    one.tab.locator(".th-menu-person summary").click()
    one.tab.locator(".th-menu-person form[action$='/sign-out'] button").click()
    one.tab.wait_for_url("**/sign-in*")
    assert "exam-copy" not in one.tab.evaluate("JSON.stringify(localStorage)")


@pytest.mark.parametrize("days", [-1, 1])
def test_a_wrong_clock_does_not_matter(sit: Sit, exams: ExamCentre, days: int) -> None:
    one = sit(begins=False)
    one.tab.clock.set_system_time(datetime.now(UTC) + timedelta(days=days))
    one.begin(one.sitting_id)
    minutes = one.tab.inner_text("[data-clock]").split(":")[0]
    assert minutes in {"44", "45"}
    one.choose(1, 1)
    one.wait_until_saved()
    assert exams.saved(one.attempt_id)[1] is not None


def test_the_keyboard_does_everything(sit: Sit, exams: ExamCentre) -> None:
    one = sit("single", "multiple", "short", "single")
    tab, keys = one.tab, one.tab.keyboard
    keys.press("2")
    keys.press("f")
    keys.press("n")
    tab.wait_for_url("**/questions/2")
    keys.press("1")
    keys.press("3")
    keys.press("n")
    tab.wait_for_url("**/questions/3")
    tab.focus("#q3-text")
    keys.type("Nova 123 fnp?")  # in a field, keys only write
    assert tab.input_value("#q3-text") == "Nova 123 fnp?"
    assert tab.url.endswith("/questions/3")
    tab.locator("#question-3").focus()
    keys.press("p")
    tab.wait_for_url("**/questions/2")
    tab.locator("#question-2").focus()
    keys.press("ArrowLeft")
    tab.wait_for_url("**/questions/1")
    assert tab.get_attribute("[data-flag='1']", "aria-pressed") == "true"
    keys.press("r")
    tab.locator("[data-review]").wait_for()
    summary = tab.locator("[data-review] summary")
    summary.focus()
    keys.press("Enter")
    dialog = tab.locator("dialog.th-dialog[open]")
    dialog.wait_for()
    keys.press("Shift+Tab")
    keys.press("Enter")
    tab.wait_for_url("**/result")
    answers = exams.saved(one.attempt_id)
    assert answers[3] == "Nova 123 fnp?"
    assert len(answers[2]) == 2


def test_without_a_way_back_the_server_turns_the_pages(sit: Sit, exams: ExamCentre) -> None:
    one = sit("single", "short", "multiple", rules=FORWARD)
    one.choose(1, 1)
    one.tab.locator("[data-turn=next]").click()
    one.tab.wait_for_url("**/questions/2")
    one.tab.fill("#q2-text", "Nova")
    one.context.set_offline(True)
    one.tab.locator("[data-turn=next]").click()
    one.wait_for_status(TROUBLE["en"])
    assert one.tab.input_value("#q2-text") == "Nova"
    one.context.set_offline(False)
    one.tab.wait_for_url("**/questions/3")
    one.go(f"/attempts/{one.attempt_id}/questions/1")
    assert one.tab.url.endswith("/questions/3")
    one.choose(3, 1)
    one.wait_until_saved()
    one.hand_in()
    assert exams.saved(one.attempt_id)[2] == "Nova"


def test_handing_in_waits_for_the_network(sit: Sit, exams: ExamCentre) -> None:
    one = sit("single", "short")
    one.choose(1, 1)
    one.wait_until_saved()
    one.context.set_offline(True)
    one.turn_to(2)
    one.tab.fill("#q2-text", "Nova")
    one.tab.locator("[data-to-review]").first.click()
    one.tab.locator("[data-review] summary").click()
    one.tab.locator("dialog form[action$='/submit'] button.btn-primary").click()
    one.tab.locator("[data-handing-in]").wait_for()
    assert exams.state_of(one.attempt_id) == "in_progress"
    one.context.set_offline(False)
    one.tab.wait_for_url("**/result")
    assert exams.saved(one.attempt_id)[2] == "Nova"
    assert exams.state_of(one.attempt_id) == "released"


def test_a_lost_reply_is_one_save(sit: Sit, exams: ExamCentre) -> None:
    one = sit()
    lost: list[str] = []
    is_over: list[bool] = []

    def lose(route: Any) -> None:
        if not lost:
            lost.append(route.fetch().text())  # stored, but the answer never arrives
        if is_over:
            route.continue_()
        else:
            route.abort()

    one.tab.route("**/responses", lose)
    one.choose(1, 1)
    one.wait_for_status(TROUBLE["en"])
    is_over.append(True)
    one.wait_until_saved()
    assert '"saved"' in lost[0].replace(" ", "")
    assert exams.seq_of(one.attempt_id, 1) == 1


def test_two_tabs_hand_in_once(sit: Sit, exams: ExamCentre) -> None:
    one = sit("single", "short")
    one.choose(1, 1)
    one.wait_until_saved()
    other = one.context.new_page()
    other.goto(f"{exams.address}/attempts/{one.attempt_id}")
    one.hand_in()
    with other.expect_response(lambda answer: answer.url.endswith("/responses")):
        other.fill("#q2-text", "after the other tab had handed in")
    other.locator("[data-to-review]").first.click()
    other.locator("[data-review] summary").click()
    other.locator("dialog form[action$='/submit'] button.btn-primary").click()
    other.wait_for_url("**/result")
    other.get_by_text("after the other tab had handed in").first.wait_for()
    assert exams.saved(one.attempt_id)[2] is None
    assert exams.events_of(one.attempt_id).count("submitted") == 1


def test_the_time_on_every_question_is_told_to_the_last(sit: Sit, exams: ExamCentre) -> None:
    one = sit("single", "short", "long")
    one.tab.wait_for_timeout(2_000)
    one.tab.reload()  # the page that goes tells what it has
    one.turn_to(2)
    one.tab.wait_for_timeout(1_500)
    one.turn_to(3)
    one.hand_in()  # long before the next sign of life
    found = exams.seconds_of(one.attempt_id)
    assert found[1] >= 2 and found[2] >= 1.5 and found[3] > 0, found
    late = sit("single", "short")
    exams.leave(late.attempt_id, 3)
    late.tab.reload()
    late.tab.wait_for_url("**/result", timeout=20_000)
    assert exams.seconds_of(late.attempt_id)[1] >= 1


def test_time_given_at_the_last_moment_is_taken(sit: Sit, exams: ExamCentre) -> None:
    one = sit("single", "short")
    exams.leave(one.attempt_id, 12)
    one.tab.reload()
    exams.leave(one.attempt_id, 1200)
    one.tab.wait_for_function("() => document.querySelector('[data-clock]').textContent.length > 4")
    one.turn_to(2)
    one.tab.fill("#q2-text", "more time")
    one.wait_until_saved()
    assert exams.saved(one.attempt_id)[2] == "more time"


def test_the_clock_can_be_hidden_and_speaks_at_its_thresholds_only(
    sit: Sit, exams: ExamCentre
) -> None:
    one = sit("single", "short")
    clock, toggle = one.tab.locator("[data-clock]"), one.tab.locator("[data-timer-toggle]")
    toggle.wait_for()
    assert clock.is_visible()
    toggle.press("Enter")
    clock.wait_for(state="hidden")
    exams.leave(one.attempt_id, 45)
    one.tab.reload()
    toggle.wait_for()
    clock.wait_for(state="hidden")  # as it was left
    one.tab.evaluate(HEAR)
    one.tab.wait_for_function("() => window.heard.length")
    one.tab.wait_for_timeout(3_000)
    assert one.tab.evaluate("() => window.heard") == ["30 seconds left."]
    toggle.press("Enter")
    clock.wait_for()


def test_a_question_s_own_limit_turns_the_page(sit: Sit, exams: ExamCentre) -> None:
    one = sit("short", "single", rules=FORWARD | {"item_limit_s": 12})
    one.tab.fill("#q1-text", "in ti")
    one.tab.wait_for_url("**/questions/2")
    assert exams.saved(one.attempt_id)[1] == "in ti"


def test_coming_back_shows_what_another_device_saved(sit: Sit, exams: ExamCentre) -> None:
    desk = sit()
    phone = sit(like=desk, width=390)
    phone.turn_to(3)
    phone.tab.fill("#q3-text", "from the phone")
    phone.turn_to(2)
    phone.wait_until_saved()
    for state in ("hidden", "visible"):
        desk.tab.evaluate(
            "state => { Object.defineProperty(document, 'visibilityState',"
            " { get: () => state, configurable: true });"
            " document.dispatchEvent(new Event('visibilitychange')); }",
            state,
        )
    desk.turn_to(3)
    desk.tab.wait_for_function(
        "() => document.querySelector('#q3-text').value === 'from the phone'"
    )


@pytest.mark.parametrize("rules", [{}, ALL, FORWARD], ids=["one", "all", "forward"])
def test_an_exam_is_sat_without_scripts(sit: Sit, exams: ExamCentre, rules: dict[str, Any]) -> None:
    one = sit("single", "short", "long", rules=rules, java_script_enabled=False)
    tab = one.tab
    one.choose(1, 1)
    if rules != ALL:
        tab.locator("[data-turn=next]").click()
    tab.fill("#q2-text", "Nova")
    if rules != ALL:
        tab.locator("[data-turn=next]").click()
    tab.fill("#q3-text", "A reply.")
    tab.locator(".th-exam-turn [data-to-review]").click()
    tab.get_by_text("Every question has an answer.").wait_for()
    tab.locator("summary:has-text('Hand in')").click()
    tab.locator("form[action$='/submit'] button.btn-primary").click()
    tab.locator("main").get_by_text("Handed in").first.wait_for()
    answers = exams.saved(one.attempt_id)
    assert (answers[2], answers[3]) == ("Nova", "A reply.")


def test_leaving_the_page_is_recorded_and_changes_nothing(sit: Sit, exams: ExamCentre) -> None:
    one = sit()
    one.choose(1, 1)
    one.wait_until_saved()
    away = "document.hasFocus = () => false; window.dispatchEvent(new Event('blur'))"
    with one.tab.expect_response(lambda answer: answer.url.endswith("/sightings")):
        one.tab.evaluate(away)
    one.tab.evaluate("document.hasFocus = () => true")
    with one.tab.expect_response(lambda answer: answer.url.endswith("/sightings")):
        one.tab.evaluate("window.dispatchEvent(new Event('focus'))")
    assert exams.sightings_of(one.attempt_id) == ["focus_lost", "focus_back"]
    assert exams.state_of(one.attempt_id) == "in_progress"
    assert exams.saved(one.attempt_id)[1] is not None


@pytest.mark.parametrize("language", ["en", "zh"])
def test_axe_finds_nothing(sit: Sit, language: str) -> None:
    one = sit(*KINDS[:8], language=language, color_scheme="light", begins=False)

    def faults() -> list[str]:
        found = axe_faults(one.tab)
        change_theme(one.tab, "dark")
        found += [f"dark: {fault}" for fault in axe_faults(one.tab, CONTRAST)]
        change_theme(one.tab, "light")
        return found

    for path in ("/", "/my-exams", f"/my-exams/{one.sitting_id}"):
        one.go(path)
        assert faults() == [], path
    one.begin(one.sitting_id)
    for no in range(1, 9):
        one.turn_to(no)
        assert faults() == [], no
    one.turn_to(1)
    one.choose(1, 2)
    one.tab.locator("[data-keys] summary").click()
    one.tab.locator("[data-to-review]").first.click()
    assert faults() == []
    one.tab.evaluate("document.querySelector('[data-sign-in]').showModal()")
    assert faults() == []
    one.tab.evaluate("document.querySelector('[data-sign-in]').close()")
    one.hand_in()
    assert faults() == []
    one.tab.set_viewport_size({"width": 320, "height": 700})  # 1280 pixels at 400 %
    assert not too_wide(one.tab)
