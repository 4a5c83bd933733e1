"""What the tests of learning share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.learning import content
from trainhub import clock
from trainhub.db import transaction
from trainhub.learning import services
from trainhub.learning.models import Enrolment
from trainhub.learning.queries.progress import get_enrolment
from trainhub.people.models import Person


@pytest.fixture
def library(app: Any) -> None:
    """The course is published in both languages."""
    content.import_library()


@pytest.fixture
def begin(library: None) -> Callable[..., Enrolment]:
    """`begin(alice)` enrols and starts the person in the course, in English."""

    def started(person: Person, language: str = "en") -> Enrolment:
        with transaction():
            course = content.edition(language).course
            enrolment = services.enrol(person, course, now=clock.now())
            services.start_course(enrolment, content.edition(language), now=clock.now())
        return get_enrolment(person.id, content.COURSE)

    return started
