"""What planners open elsewhere: spreadsheets, GIS files, the tables of standards and of aid."""
