"""Verification by random sample: from lines to a decision, with the reasons.

``drawing`` draws lines, ``worksheet`` takes them out and back in with verdicts, ``counts`` holds
what a sample showed, ``statutes`` and ``procedures`` say what the law makes of it, ``estimators``,
``intervals`` and ``significance`` what statistics make of it, ``sequential`` stops early and
``planning`` says how many lines to draw. ``judging`` gives both answers at once. Standard
library only. They stand beside the floors, on public names; nothing below imports them.
"""
