"""What planners open elsewhere: spreadsheets, GIS files, the tables of standards and of aid."""

from scenarios.storage.french_spreadsheets import write_csv, write_ods

__all__ = ["write_csv", "write_ods"]
