"""Keys of questions and topics made from what other systems call them."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256

from trainhub.catalogue.rules.fields import KEY, KEY_LENGTH

_DEFAULT_TOPIC = re.compile(r"(?i)\s*(?:top|default(?: for\b.*)?)\s*|.*(?:默认|缺省|預設).*")


def short_hash(text: str) -> str:
    """Ten hexadecimal digits that stand for a text."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:10]


def kebab(text: str) -> str:
    """What of a text can stand in a key: ASCII letters and digits, hyphens between."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:KEY_LENGTH].strip("-")


def key_from_id(given: str) -> str:
    """The key for an identifier somebody gave; two identifiers never give the same by loss."""
    if KEY.fullmatch(given) and len(given) <= KEY_LENGTH:
        return given
    base = kebab(given)[: KEY_LENGTH - 11].strip("-")
    loses = _letters(given) != len(re.sub("-", "", base))
    return f"{base or 'q'}-{short_hash(given)}" if loses else base


def key_from_title(title: str, stem: str) -> str:
    """The key for a question without identifier: its title, or what stands for its stem."""
    base = kebab(title)
    if base and _letters(title) == len(base.replace("-", "")) and not base.isdecimal():
        return base
    return f"q-{short_hash(' '.join(stem.split()))}"


def _letters(text: str) -> int:
    return sum(sign.isalnum() for sign in text)


def topic_key(path: str) -> tuple[str, str]:
    """Key and name of the topic a Moodle category stands for; two empty texts for the default.

    Of `top/Complaints/Refunds` the last part counts; Chinese gives its pinyin. A doubled slash
    is a slash within a name.
    """
    parts = [part.replace("\0", "/").strip() for part in path.replace("//", "\0").split("/")]
    named = [
        part
        for part in parts
        if part and not part.startswith("$") and not _DEFAULT_TOPIC.fullmatch(part)
    ]
    name = named[-1] if named else ""
    if not name:
        return "", ""
    spelled = kebab(name)
    if _letters(name) != len(spelled.replace("-", "")):
        spelled = kebab(" ".join(_pinyin(name)))
    return (spelled or f"t-{short_hash(name)}"), name


def _pinyin(text: str) -> list[str]:
    from pypinyin import lazy_pinyin  # loads large tables, so only when Chinese comes

    return list(lazy_pinyin(text))
