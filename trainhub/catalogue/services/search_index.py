"""What can be found: the version in force of each edition, a course's head and its lessons."""

from __future__ import annotations

import re

from sqlalchemy import delete, insert

from trainhub.catalogue.markdown.plain import plain_text
from trainhub.catalogue.models import CourseEdition, CourseVersion, SearchEntry
from trainhub.catalogue.rules.blocks import learner_text
from trainhub.catalogue.rules.search_terms import index_terms
from trainhub.db import db

_DIAGRAM = re.compile(r"^[ ]*(`{3,}|~{3,})[ ]*mermaid\b.*?^[ ]*\1[ ]*$", re.DOTALL | re.MULTILINE)


def _words(body: str) -> str:
    """What a learner reads of a text; the notation of diagrams says nothing to them."""
    return plain_text(_DIAGRAM.sub("", learner_text(body)))


def index_version(edition: CourseEdition, version: CourseVersion) -> None:
    """Replace what is found of an edition by this version; trainers' notes are left out."""
    db.session.execute(delete(SearchEntry).where(SearchEntry.edition_id == edition.id))
    objectives = "\n".join(one["text"] for one in version.objectives)
    head = "\n".join((version.summary, objectives, _words(version.intro)))
    pieces = [("", version.title, head)]
    pieces += [(lesson.key, lesson.title, _words(lesson.body)) for lesson in version.lessons]
    db.session.execute(
        insert(SearchEntry),
        [
            {
                "edition_id": edition.id,
                "lesson_key": key,
                "title": title,
                "text": text,
                "terms": index_terms(f"{title}\n{text}"),
            }
            for key, title, text in pieces
        ],
    )
