"""Our figures beside published ones, each row passing or explained."""

from impacts.validation.page import page

__all__ = ["page"]
