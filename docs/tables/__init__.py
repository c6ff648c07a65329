"""Tables and pictures of the documentation, written from the source that they speak of.

A page asks for one with a pair of marks, ``<!-- NAME: begin -->`` and ``<!-- NAME: end -->``, each
on a line of its own. ``python docs/write.py`` fills all pages, every build does the same first,
and a test holds the committed pages against the source.
"""
