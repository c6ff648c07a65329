"""Paper: sheets, circulators and lines, from the box to the count.

``reasons`` names why lines and sheets are void, ``sheets`` holds the values, ``keying`` compares
what two people typed, ``accounting`` adds everything up, ``intake`` hands lines to a petition,
and ``store`` is the port by which sheets are kept. They stand beside the floors, on public
names; nothing below imports them.
"""
