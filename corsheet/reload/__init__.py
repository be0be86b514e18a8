"""From a notice to a new snapshot: ``source`` reads the file, ``child`` compiles it.

``reloader`` decides when, and what to do when it fails.
"""
