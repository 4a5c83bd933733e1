"""Writing: legal holds, erasures, and forgetting what is past its time."""

from trainhub.privacy.services.erasing import erase_person, erase_with_pseudonym
from trainhub.privacy.services.forgetting import forget_rows
from trainhub.privacy.services.holds import end_hold, set_hold

__all__ = ["end_hold", "erase_person", "erase_with_pseudonym", "forget_rows", "set_hold"]
