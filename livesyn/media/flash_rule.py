"""How much may flash: WCAG 2.3.1 in figures, for pictures and for lamps. A little narrower than the
norm, for what rounding and enlarging add. Imports nothing.
"""

from __future__ import annotations

MOST_TURNS = 6  # three pairs of opposing changes
HELD_TURNS = 2  # as many while it is held back, which is slower and so less surely counted
WITHIN_S = 1.02
LUMINANCE_STEP, DARKER = 0.08, 0.82
RED_STEP, SATURATED = 16.0, 0.78
AREA = 0.2  # of the picture, or of the lamps; a quarter is the norm's
CREEP = 0.25  # of a step: who goes so much further still turns
# held back, what is shown goes towards what is wanted with this time constant
FOLLOW_S = 0.25
HALVINGS = 4
LUMINANCE = (0.2126, 0.7152, 0.0722)  # of linear red, green and blue
