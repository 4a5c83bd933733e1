"""What a new text begins with: a skeleton to fill, or the other language's text."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import NamedTuple

from trainhub.catalogue.rules.quiz_text import Kind, QuizItem, QuizText
from trainhub.catalogue.rules.quiz_writing import dump_quiz

_FRONT = re.compile(r"\A(\ufeff?---[ \t]*\r?\n)(.*?)(^---[ \t]*\r?$)", re.DOTALL | re.MULTILINE)
_LANGUAGE = re.compile(r"^language:.*$", re.MULTILINE)
_GROUP = re.compile(r"^translation_group:.*$", re.MULTILINE)
_TITLE = re.compile(r"^title:[ \t]*(?P<title>.+?)[ \t]*\r?$", re.MULTILINE)


class NewCourse(NamedTuple):
    """What is known of a course before its first line is written."""

    title: str
    series: str
    order: int
    knowledge_line: str
    language: str
    group: str
    owner: str


_WORDS = {
    "en": {
        "summary": "One sentence on what this course is about.",
        "objective": "Say what a learner can do afterwards",
        "intro": "What this course is about, and why it is worth an hour.",
        "case": "The opening case",
        "case_title": "a call",
        "case_text": "A short case or dialogue.",
        "lesson": "First lesson",
        "lesson_text": "Explain one thing, with an example from a call.",
        "exercise": "In pairs",
        "exercise_text": "What to do, how, and what comes out of it.",
        "trainer": "What to watch for, and what groups usually find.",
        "closing": "Summary",
        "closing_text": "What to remember, and what to do tomorrow.",
        "stem": "Is this how we greet a customer?",
        "feedback": "Say why.",
    },
    "zh": {
        "summary": "用一句话说明这门课程讲什么。",
        "objective": "写明学员学完后能做到什么",
        "intro": "这门课程讲什么，为什么值得花一个小时。",
        "case": "引入案例",
        "case_title": "一通电话",
        "case_text": "一个简短的案例或对话。",
        "lesson": "第一节",
        "lesson_text": "讲清一件事，并用通话中的例子说明。",
        "exercise": "两人一组",
        "exercise_text": "做什么、怎么做、产出什么。",
        "trainer": "需要观察什么，小组通常会发现什么。",
        "closing": "小结",
        "closing_text": "要记住什么，明天开始怎么做。",
        "stem": "这样问候客户合适吗？",
        "feedback": "说明理由。",
    },
}


def quoted(text: str) -> str:
    """A one-line text as a YAML value that reads as text whatever it looks like."""
    return json.dumps(text, ensure_ascii=False)


def course_skeleton(course: NewCourse) -> str:
    """The first text of a new course: complete front matter and three lessons to fill."""
    words = _WORDS[course.language]
    owner = f"owner: {quoted(course.owner)}\n" if course.owner else ""
    return (
        f"---\ntitle: {quoted(course.title)}\nsummary: {words['summary']}\n"
        f"series: {course.series}\norder: {course.order}\nminutes: 60\n"
        f"knowledge_line: {course.knowledge_line}\ncompetencies: []\n"
        f"objectives:\n  - key: first-objective\n    text: {words['objective']}\n"
        f"language: {course.language}\ntranslation_group: {course.group}\n{owner}"
        f"prerequisites: []\n---\n\n{words['intro']}\n\n"
        f"## {words['case']} {{#case}}\n\n"
        f'::: case title="{words["case_title"]}"\n{words["case_text"]}\n:::\n\n'
        f"## {words['lesson']} {{#first-lesson}}\n\n{words['lesson_text']}\n\n"
        f'::: exercise minutes=8 title="{words["exercise"]}"\n{words["exercise_text"]}\n:::\n\n'
        f"::: trainer minutes=3\n{words['trainer']}\n:::\n\n"
        f"## {words['closing']} {{#closing}}\n\n{words['closing_text']}\n"
    )


def quiz_skeleton(key: str, language: str, title: str) -> str:
    """The first text of a new quiz: one question, as a quiz has at least one."""
    words = _WORDS[language]
    item = QuizItem(
        key="first-question",
        kind=Kind.TRUE_FALSE,
        stem=words["stem"],
        content={"answer": True},
        feedback=words["feedback"],
    )
    return dump_quiz(QuizText(key, language, title, (item,)))


def course_to_translate(source: str, language: str, group: str) -> str:
    """A course's text as the start of its other language: same keys, the language changed."""
    found = _FRONT.match(source)
    if found is None:
        return source
    front = _LANGUAGE.sub(f"language: {language}", found[2])
    if not _LANGUAGE.search(front):
        front += f"language: {language}\n"
    if _GROUP.search(front):
        front = _GROUP.sub(f"translation_group: {group}", front)
    else:
        front += f"translation_group: {group}\n"
    return found[1].removeprefix("\ufeff") + front + source[found.start(3) :]


def quiz_to_translate(quiz: QuizText, language: str) -> str:
    """A quiz as the start of its other language: same keys, the language changed."""
    return dump_quiz(replace(quiz, language=language))


def title_of(source: str) -> str:
    """The title a text gives itself, readable even where the text is not yet; "" if none."""
    head = source[:4000]
    found = _TITLE.search(head)
    title = found["title"] if found else ""
    if len(title) > 1 and title[0] == title[-1] and title[0] in "\"'":
        title = title[1:-1]
    return title[:120]
