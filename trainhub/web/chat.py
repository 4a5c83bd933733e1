"""Messages to chats (DingTalk, Feishu, WeCom, … and plain webhooks) through Apprise, an extra.

`TRAINHUB_CHAT_URLS` names where to: addresses as Apprise takes them, blanks between them.
"""

from __future__ import annotations

from importlib.util import find_spec

MISSING = "TRAINHUB_CHAT_URLS is set, but Apprise is not installed: pip install 'trainhub[notify]'"


class ChatFailed(Exception):
    """The message could not be handed over; the sentence says why."""


def has_chat() -> bool:
    """Whether the extra that sends to chats is installed."""
    return find_spec("apprise") is not None


def post_to_chats(urls: str, title: str, body: str) -> None:
    """Hand a message to every chat. Raises `ChatFailed` if one does not take it."""
    if not has_chat():
        raise ChatFailed(MISSING)
    import apprise  # type: ignore[import-not-found,unused-ignore]  # the extra; slow to import

    chats = apprise.Apprise()
    for url in urls.split():
        if not chats.add(url):
            scheme, found, _secret = url.partition("://")
            kind = f"{scheme}: addresses" if found else "an address without “://”"
            raise ChatFailed(f"TRAINHUB_CHAT_URLS: Apprise does not know {kind}")
    if not chats.notify(title=title, body=body):
        raise ChatFailed("a chat did not take the message")
