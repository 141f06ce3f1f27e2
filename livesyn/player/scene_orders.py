"""What hands may do with scenes; where there are none, nothing happens."""

from __future__ import annotations


class SceneOrders:
    """Thread-safe; no method waits for a device. False, and said, where it cannot be done."""

    def recall(
        self,
        name: str,
        bars: float | None = None,
        origin: str = "",
        asked_s: float | None = None,
    ) -> bool:
        """Go to a scene, "live" back to the live picture. `bars` is how long the crossfade takes;
        None as the scene says, or the parameter `scene_fade`.
        """
        return False

    def store(self, name: str, origin: str = "") -> bool:
        """Keep the show as it is as scene `name`."""
        return False

    def step(self, by: int, origin: str = "", asked_s: float | None = None) -> bool:
        """Go on, or back, in the set list."""
        return False
