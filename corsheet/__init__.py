"""corsheet serves the customer orders of an Excel workbook to the till."""

__version__ = "0.1.0"
