"""The blueprint that the JSON interface of certification hangs on."""

from __future__ import annotations

from trainhub.web.api import api_blueprint

bp = api_blueprint("certification_api", __name__, "Certification")
