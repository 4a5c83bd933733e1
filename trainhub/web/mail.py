"""Mail: a text in the reader's language, handed to SMTP, a folder or the console.

`TRAINHUB_MAIL_URL` chooses: ``smtp://user:password@host:587`` (STARTTLS), ``smtps://…``,
``file:`` (the folder `mail` of the instance, the default), ``console:``.
"""

from __future__ import annotations

import re
import smtplib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import current_app, render_template
from flask_babel import force_locale

from trainhub.config import Settings

TIMEOUT_S = 20
_GAPS = re.compile(r"\n\s*\n")  # what a template leaves out leaves no hole behind


class MailFailed(Exception):
    """The message could not be handed over; the sentence says why."""


@dataclass(frozen=True)
class CalendarPart:
    """A calendar's entry that goes with a mail; `method` is REQUEST or CANCEL."""

    content: bytes
    method: str


def render_mail(template: str, locale: str, **values: Any) -> tuple[str, str]:
    """Subject and body of a mail: the first line of the template is the subject.

    Paragraphs stand one empty line apart.
    """
    with force_locale(locale):
        text = render_template(template, **values)
    subject, _, body = text.strip().partition("\n")
    return " ".join(subject.split()), _GAPS.sub("\n\n", body.strip()) + "\n"


def send_mail(
    to: str,
    subject: str,
    body: str,
    *,
    name: str,
    sent_at: datetime,
    message_id: str,
    calendars: Sequence[CalendarPart] = (),
) -> None:
    """Hand a message over, with the calendar's entries if there are any. Raises `MailFailed`.

    Who sends a message again, not knowing whether it has gone out, gives it the same
    `message_id` (letters and digits): most mailboxes then show it once.
    """
    settings: Settings = current_app.config["SETTINGS"]
    message = EmailMessage(policy=SMTP)
    message["Subject"] = subject
    message["From"] = settings.mail_from
    message["To"] = to
    message["Date"] = format_datetime(sent_at)
    message["Message-ID"] = f"<{message_id}@trainhub.invalid>"
    message.set_content(body)
    _add_calendars(message, calendars)
    target = urlsplit(settings.mail_url)
    try:
        if target.scheme == "file":
            folder = settings.instance / "mail"
            folder.mkdir(exist_ok=True)
            (folder / f"{name}.eml").write_bytes(message.as_bytes())
        elif target.scheme == "console":
            sys.stdout.write(f"{to}: {subject}\n{body}\n")
        else:
            _send_by_smtp(target.scheme, settings.mail_url, message)
    except (OSError, smtplib.SMTPException) as error:
        raise MailFailed(str(error)) from error


def _add_calendars(message: EmailMessage, calendars: Sequence[CalendarPart]) -> None:
    if len(calendars) == 1:
        # An alternative, not an attachment: that is how calendars recognise what is for them.
        (one,) = calendars
        params = {"method": one.method}
        message.add_alternative(one.content.decode(), subtype="calendar", params=params)
        return
    # A calendar takes one entry from a message (RFC 5546: one UID an object); several are files.
    for number, one in enumerate(calendars, start=1):
        message.add_attachment(
            one.content.decode(), subtype="calendar", params={"method": one.method},
            filename=f"class-{number}.ics",
        )  # fmt: skip


def _send_by_smtp(scheme: str, url: str, message: EmailMessage) -> None:
    target = urlsplit(url)
    host, port = target.hostname or "localhost", target.port
    if scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT_S)
    else:
        server = smtplib.SMTP(host, port or 25, timeout=TIMEOUT_S)
    with server:
        server.ehlo()
        if scheme == "smtp" and server.has_extn("starttls"):
            server.starttls()
        if target.username:
            server.login(unquote(target.username), unquote(target.password or ""))
        server.send_message(message)
