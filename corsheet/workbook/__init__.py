"""Bytes of a workbook to orders and findings; and the template workbook.

The way through: ``container`` and ``package`` open the bytes, ``sheets`` streams
the cells, ``layout`` says what is looked for, ``headings`` finds it, ``cells``
reads one cell, ``rows`` one row, ``orders`` joins the rows. ``reading`` is the
whole way in one call. Nothing here touches disk, clock, network or thread.
"""
