"""What parent and child agree on: how ``corsheet compile`` ends, and when it has to have ended."""

EXIT_WRITTEN = 0
EXIT_REFUSED = 2
EXIT_NOT_WRITTEN = 4
"""How ``corsheet compile`` ends; anything else is a crash, 3 too: on Windows `abort()` ends so
(Microsoft, "abort", C runtime library reference)."""

GRACE_SECONDS = 5
"""Beyond the limit for one reading, for starting and ending the process."""
