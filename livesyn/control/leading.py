"""Which of two shows leads, as one of them sees it. Pure; time comes in.

The shows tell each other, some 20 times a second, whether they lead and as the how-manieth
(`term`). Who does not lead is muted. When it has heard nothing of a leader for `SILENT_S` it leads,
with the next term. Of two that lead the higher term goes on, so one that comes back after it was
replaced gives way.

One that may have been replaced without knowing (it stood still, or was started again) leads only
when it has heard that the other does not, or hears nobody: until then it waits, muted.
"""

from __future__ import annotations

from dataclasses import dataclass

SILENT_S = 0.5  # no word of a leader for so long: it is gone
# a pause of our own from which the other may have concluded that we are gone; shorter, for it
# counts from the last word that it had, and we from the last step that we made
FENCE_S = 0.3
BEGIN_S = 0.4  # a show that begins, and may have a standby that plays on for it, listens so long
RETURN_S = 4.0  # the same for one that knows that it has a standby


@dataclass
class Leading:
    """`serves`: it was meant to lead from the start, and goes on where both say the same.
    `waits_until_s` is set while it waits.
    """

    serves: bool
    leads: bool = False
    term: int = 0
    waits_until_s: float | None = None
    heard_s: float | None = None  # a leader, last
    ended: bool = False  # the leader was told to end

    def wait(self, until_s: float) -> None:
        """Lead no more before somebody's word, or `until_s`."""
        self.leads, self.waits_until_s = False, until_s

    def hear(self, leads: bool, term: int, now_s: float, fresh: bool = True) -> None:
        """The other says whether it leads. A word that is not `fresh` was said before it could know
        what happened to us: that it did not lead then says nothing.
        """
        if leads and (
            not self.leads or term > self.term or (term == self.term and not self.serves)
        ):
            self.leads, self.waits_until_s, self.ended = False, None, False
            self.term, self.heard_s = max(term, self.term), now_s
        elif not leads and fresh and self.waits_until_s is not None:
            self.lead(max(self.term, term))

    def bid_farewell(self) -> None:
        """The other was told to end: its silence is meant."""
        if not self.leads:
            self.ended = True

    def look(self, now_s: float) -> None:
        """Lead where the leader is gone, or nobody answered."""
        if self.waits_until_s is not None:
            if now_s >= self.waits_until_s:
                self.lead(self.term)
        elif (
            not self.leads
            and not self.ended
            and self.heard_s is not None
            and now_s - self.heard_s > SILENT_S
        ):
            self.take_over()

    def take_over(self) -> None:
        """Lead from now on, whoever did."""
        if not self.leads:
            self.lead(self.term + 1)

    def lead(self, term: int) -> None:
        """As the `term`th."""
        self.leads, self.term, self.waits_until_s, self.ended = True, term, None, False

    def is_silent(self, now_s: float) -> bool:
        """Whether nobody has led lately that it could hear."""
        return self.heard_s is None or now_s - self.heard_s > SILENT_S
