"""The gates there are, one file each, and the table that reads them from plain data."""
