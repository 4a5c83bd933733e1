"""Awards whose end has come and renewals that open: one award, one transaction."""

from __future__ import annotations

import logging
from datetime import datetime

from trainhub.certification.certificates.keys import (
    list_noted_keys,
    note_key,
    public_multibase,
    signing_key,
)
from trainhub.certification.queries.awards import (
    get_award_for_change,
    is_over,
    list_over_ids,
    list_renewable_ids,
)
from trainhub.certification.queries.refreshes import list_overdue_ids
from trainhub.certification.rules.awards.states import AwardState
from trainhub.certification.services.awards import AwardMoved, change
from trainhub.certification.services.enrolling import AlreadyEnrolled, NotPublished, enrol
from trainhub.certification.services.refreshing import question_overdue
from trainhub.db import db, end_read, transaction
from trainhub.web.settings import current_settings

log = logging.getLogger(__name__)


def expire_awards(now: datetime) -> int:
    """Write down that awards have expired whose last day and grace are over."""
    today = now.astimezone(current_settings().zone).date()
    count = 0
    for award_id in list_over_ids(today):
        try:
            with transaction():
                award = get_award_for_change(award_id)
                if award is not None and is_over(award, today):
                    change(award, AwardState.EXPIRED, now=now)
                    count += 1
        except Exception:  # one that cannot be read must not keep the others valid
            log.exception("award %s could not be expired", award_id)
            db.session.rollback()
    end_read()
    return count


def question_refreshes(now: datetime) -> int:
    """Put awards under review whose refresh was asked for and not done in time."""
    today = now.astimezone(current_settings().zone).date()
    count = 0
    for refresh_id in list_overdue_ids(today):
        try:
            with transaction():
                count += question_overdue(refresh_id, today=today, now=now)
        except AwardMoved:
            continue  # somebody was first
        except Exception:  # one that cannot be read must not keep the others unquestioned
            log.exception("refresh %s could not be questioned", refresh_id)
            db.session.rollback()
    end_read()
    return count


def open_renewals(now: datetime) -> int:
    """Take holders onto the way of renewing once it opens."""
    today = now.astimezone(current_settings().zone).date()
    count = 0
    for award_id in list_renewable_ids(today):
        try:
            with transaction():
                award = get_award_for_change(award_id)
                if award is not None and award.person.is_active:
                    enrol(
                        award.programme, award.person,
                        starts_on=today, actor=None, now=now, renews=award,
                    )  # fmt: skip
                    count += 1
        except (AlreadyEnrolled, NotPublished):
            continue  # somebody was first, or nobody is taken in any more
        except Exception:  # one that cannot be read must not keep the others from renewing
            log.exception("the renewal of award %s could not be opened", award_id)
            db.session.rollback()
    end_read()
    return count


def note_signing_key(now: datetime) -> int:
    """Note the public key that signs now: it verifies what it signed after the secret changes."""
    key = public_multibase(signing_key(current_settings().secret_key))
    is_new = key not in list_noted_keys()
    end_read()
    if is_new:
        with transaction():
            note_key(key, now)
    return int(is_new)


STAGES = (
    ("note the signing key", 10, note_signing_key),
    ("open renewals", 38, open_renewals),
    ("question refreshes", 41, question_refreshes),
    ("expire awards", 42, expire_awards),
)
