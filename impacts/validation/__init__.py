"""Our figures beside published ones, each row passing or explained."""

from impacts.validation.validation_page import page

__all__ = ["page"]
