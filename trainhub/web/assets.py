"""Static files under one content-hashed path, compressed once, cached for a year.

Every address is `/assets/<build>/<path>`, where `<build>` hashes all files together: a page
never mixes files of two releases, and modules importing each other by relative path stay in
the same build. `css/trainhub.css` is put together from Bootstrap and our own sheets.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from flask import Blueprint, Flask, Response, abort, current_app, redirect, request

from trainhub.paths import STATIC

from . import icons
from .access import public

# Order matters: later sheets win. Bootstrap sits in a cascade layer, so ours always win over it.
BUNDLE = (
    "tokens",
    "base",
    "frame",
    "components",
    "tables",
    "forms",
    "prose",
    "library",
    "blocks",
    "reader",
    "charts",
    "authoring",
    "exam",
    "staff_exams",
    "typing",
    "passages",
    "rota",
    "cover",
    "classes",
    "week_board",
    "planning",
    "programmes",
    "road",
    "standings",
    "print",
)
BUNDLE_PATH = "css/trainhub.css"

_SERVED_SUFFIXES = {".css", ".js", ".svg", ".png", ".ico", ".webmanifest"}
_COMPRESSED_TYPES = (
    "text/",
    "image/svg+xml",
    "application/json",
    "application/manifest+json",
)
_YEAR = 365 * 24 * 3600

bp = Blueprint("assets", __name__)


@dataclass(frozen=True)
class Asset:
    """One file ready to send."""

    body: bytes
    gzipped: bytes | None
    media_type: str
    etag: str


class AssetStore:
    """All files that may be served, and the hash of the whole."""

    def __init__(self, contents: dict[str, bytes]) -> None:
        self.assets = {path: _prepare(path, body) for path, body in contents.items()}
        digest = hashlib.sha256()
        for path in sorted(contents):
            digest.update(f"{path}\0{self.assets[path].etag}\0".encode())
        self.build = digest.hexdigest()[:12]


def _prepare(path: str, body: bytes) -> Asset:
    media_type = mimetypes.guess_type(path)[0] or "application/octet-stream"
    if path.endswith(".js"):
        media_type = "text/javascript"
    gzipped = None
    if media_type.startswith(_COMPRESSED_TYPES):
        gzipped = gzip.compress(body, 9, mtime=0)
    return Asset(body, gzipped, media_type, hashlib.sha256(body).hexdigest()[:20])


def _bootstrap_layer() -> str:
    source = files("flask_bootstrap") / "static/bootstrap5/css/bootstrap.min.css"
    css = source.read_text(encoding="utf-8").removeprefix('@charset "UTF-8";')
    css = css.split("/*# sourceMappingURL")[0]
    return f"@layer bootstrap{{{css}}}\n"


def collect_contents() -> dict[str, bytes]:
    """Read every file of `static/`, the bundle and the icon sprite."""
    contents = {
        path.relative_to(STATIC).as_posix(): path.read_bytes()
        for path in sorted(STATIC.rglob("*"))
        if path.is_file() and path.suffix in _SERVED_SUFFIXES
    }
    sheets = [contents.pop(f"css/{name}.css").decode() for name in BUNDLE]
    contents[BUNDLE_PATH] = (_bootstrap_layer() + "\n".join(sheets)).encode()
    contents["icons.svg"] = icons.build_sprite()
    return contents


def _fingerprint() -> tuple[tuple[str, int], ...]:
    return tuple(sorted((str(path), path.stat().st_mtime_ns) for path in STATIC.rglob("*.*")))


@lru_cache(maxsize=2)
def _load_store(fingerprint: tuple[tuple[str, int], ...] | None) -> AssetStore:
    return AssetStore(collect_contents())


def store() -> AssetStore:
    """The files being served: read once, or after each change while debugging."""
    return _load_store(_fingerprint() if current_app.debug else None)


def asset_url(path: str) -> str:
    """The cacheable address of a static file; `LookupError` if there is none of that name."""
    current = store()
    if path not in current.assets:
        raise LookupError(f"no static file {path!r}")
    return f"{request.script_root}/assets/{current.build}/{path}"


@bp.get("/assets/<string(length=12):build>/<path:path>")
@public
def send_asset(build: str, path: str) -> Response:
    """Send a static file; a page of an earlier build is led to the current one."""
    current = store()
    asset = current.assets.get(path)
    if asset is None:
        abort(404)
    if build != current.build:
        moved = redirect(asset_url(path), 307)
        moved.cache_control.no_store = True
        return moved  # type: ignore[return-value]
    response = Response(asset.body, mimetype=asset.media_type)
    if asset.gzipped is not None:
        response.vary.add("Accept-Encoding")
        if request.accept_encodings["gzip"] > 0:
            response.set_data(asset.gzipped)
            response.content_encoding = "gzip"
    response.set_etag(f"{asset.etag}-{response.content_encoding or 'plain'}")
    response.cache_control.public = True
    response.cache_control.max_age = _YEAR
    response.cache_control.immutable = True
    response.make_conditional(request)
    return response


def init_app(app: Flask) -> None:
    """Serve the files and offer `asset_url(path)` to every template."""
    app.register_blueprint(bp)
    app.jinja_env.globals["asset_url"] = asset_url
    with app.app_context():
        store()
