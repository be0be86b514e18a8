"""One reading of a workbook as one read-only SQLite file: written once, then only read.

The file holds ready reply bytes, so that serving an order is one look-up. Its
tables are in ``schema``; ``write`` makes it, ``read`` answers from it.
"""
