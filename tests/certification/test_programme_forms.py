"""What the forms of a programme refuse at the field, and what they offer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from tests.certification.programmes import published, requirement, values
from tests.checking import CheckingClient
from tests.factories import Make
from trainhub.certification.models import Programme
from trainhub.certification.services.competency_models import (
    find_model,
    load_shipped_models,
    retire_model,
)
from trainhub.db import db, transaction
from trainhub.people.models import Role


@pytest.fixture
def trainer(app: Flask, make: type[Make], client: Callable[..., CheckingClient]) -> CheckingClient:
    return client(make.person("tess", Role.TRAINER))


def test_a_fixed_date_is_a_day_of_every_year(trainer: CheckingClient) -> None:
    programme = published(values(requirement("greeting")))
    path = f"/programmes/{programme.id}/validity"
    form = {"revision": "2", "months": "12", "anchor": "calendar", "window_days": "45",
            "grace_days": "10", "remind_before": "30", "remind_after": "1"}  # fmt: skip
    for wrong in ("02-30", "02-29", "13-01", "3-31"):
        refused = trainer.post(path, data=form | {"calendar": wrong}, status=422)
        assert "There is no such day in every year." in refused.text
    assert "Name the date" in trainer.post(path, data=form | {"calendar": ""}, status=422).text
    trainer.post(path, data=form | {"calendar": "02-28"}, status=302)


def test_importing_a_file_leads_back_to_the_list(trainer: CheckingClient) -> None:
    for path in ("/programmes", "/competency-models"):
        assert f'href="{path}">Cancel</a>' in trainer.get(f"{path}/import").text


def test_an_empty_programme_is_told_what_to_add(trainer: CheckingClient) -> None:
    new = trainer.page("/programmes/new").text
    assert "Title in Chinese optional" not in " ".join(new.split())
    assert "Programme file optional" not in " ".join(
        trainer.page("/programmes/import").text.split()
    )
    form = {"source": "", "key": "bare", "kind": "duty", "titles_zh": "甲", "titles_en": "Bare"}
    trainer.post("/programmes/new", data=form, status=302)
    programme = db.session.scalars(select(Programme)).one()
    path = f"/programmes/{programme.id}"
    text = trainer.page(f"{path}/publish").text
    assert "There is no stage yet: add one." in text
    assert "Nothing is asked for yet: add a requirement." in text
    stage = {"titles_zh": "甲", "titles_en": "First", "revision": str(programme.revision)}
    trainer.post(f"{path}/stages/new", data=stage, status=302)
    assert "Stage 1 asks for nothing yet" in trainer.page(f"{path}/publish").text


def test_a_retired_model_is_kept_where_it_is_and_offered_for_nothing_new(
    trainer: CheckingClient, now: datetime
) -> None:
    with transaction():
        load_shipped_models(now)
    kim = Make.person("kim")
    work = requirement("work", "observation", settings={"model": "complaint-handling"})
    programme = published(values(work))
    with transaction():
        retire_model(find_model("complaint-handling"), actor=kim, now=now)
    path = f"/programmes/{programme.id}"
    offered = 'option value="complaint-handling"'
    new = trainer.client.get(f"{path}/stages/first/requirements/new/observation")
    assert offered not in new.get_data(as_text=True)
    kept = trainer.client.get(f"{path}/requirements/work").get_data(as_text=True)
    assert "complaint-handling" in kept and "not there" not in kept
