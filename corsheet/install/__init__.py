"""corsheet as a service of the computer, which the system starts and keeps alive.

Each system's manager makes a plan out of what is wanted: files and commands, as
values. Only ``steps`` touches the computer.
"""
