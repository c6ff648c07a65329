"""Packs: what is handed to one addressee of a petition, and can be verified by anyone.

A pack is a folder of four files: the roll as CSV, the petition with its roll as one page to read
and print, a manifest that says what is in them, and the seal under it. ``writing`` makes one,
``verifying`` tells whether one is as it was made, ``seal`` holds the keys, ``view`` decides what
an addressee sees of a signature. Needs the extra ``crypto`` for keys.
"""
