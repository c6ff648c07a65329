"""Formats: what comes in and goes out as files, one module a format.

They stand beside the floors, on public names; nothing below imports them.
"""
