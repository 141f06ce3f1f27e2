"""What is to be seen: the newest picture, one that is held, or none; and what the keys do to that.
No pygame.
"""

from __future__ import annotations

import numpy as np

from livesyn.ipc.window_messages import Marks, Sent

AGAIN_WITHIN_S = 3.0  # a second Esc


class Look:
    """The window's state. For one thread. `changed` is set by whatever changes the sight, and
    cleared by who draws it.

    A key acts at once; when the show's own mark changes, it has the last word.
    """

    def __init__(self, full_screen: bool) -> None:
        self.full_screen = full_screen
        self.frozen = False
        self.black = False
        self.help = False
        self.ended = False
        self.changed = True
        self._newest: np.ndarray | None = None
        self._held: np.ndarray | None = None
        self._marks: Marks | None = None
        self._escaped_s = -AGAIN_WITHIN_S

    @property
    def pixels(self) -> np.ndarray | None:
        """The picture to show, (H, W, 3) uint8 RGB; None for black."""
        return None if self.black else self._held if self.frozen else self._newest

    def take(self, sent: Sent) -> None:
        """A picture has come, or word of the show's marks."""
        if sent.frame is not None:
            self._newest = sent.frame.pixels
            self.changed |= not (self.frozen or self.black)
        if sent.marks is not None and sent.marks != self._marks:
            before, self._marks = self._marks or Marks(), sent.marks
            if sent.marks.freeze != before.freeze:
                self._freeze(sent.marks.freeze)
            if sent.marks.blackout != before.blackout:
                self._black(sent.marks.blackout)

    def press(self, key: str, now_s: float) -> str:
        """A key: "freeze", "blackout", "help", "full_screen", "escape" or "close". Returns what the
        show should be told of it ("freeze" or "blackout"), or "".
        """
        match key:
            case "freeze":
                self._freeze(not self.frozen)
                return key
            case "blackout":
                self._black(not self.black)
                return key
            case "help":
                self.help = not self.help
            case "full_screen":
                self.full_screen = not self.full_screen
            case "close":
                self.ended = True
            case "escape":
                again = now_s - self._escaped_s < AGAIN_WITHIN_S
                self._escaped_s = now_s
                if self.full_screen:
                    self.full_screen = False
                elif again:
                    self.ended = True
        self.changed = True
        return ""

    def asks(self, now_s: float) -> bool:
        """Whether a second Esc would end it, which should be said."""
        return not self.full_screen and now_s - self._escaped_s < AGAIN_WITHIN_S

    def _freeze(self, on: bool) -> None:
        self.changed |= on != self.frozen
        if on and not self.frozen:
            self._held = self._newest
        self.frozen = on

    def _black(self, on: bool) -> None:
        self.changed |= on != self.black
        self.black = on
