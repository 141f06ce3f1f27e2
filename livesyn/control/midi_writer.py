"""What a control would say to stand where a value is: for lights and motors. Pure."""

from __future__ import annotations

from livesyn.control.curves import number_of
from livesyn.control.mapping import Wiring


def messages_of(wired: Wiring, value: float) -> list[bytes]:
    """What a control would say for `value`; nothing where it says no value."""
    control, bits = wired.control, wired.control.bits
    channel = max(wired.row.channel, 1) - 1
    number = number_of(wired.position_at(value), bits)
    which = control.number or 0
    head, kind = 0xB0 | channel, control.kind
    match kind:
        case "cc":
            return [bytes((head, which, number))]
        case "cc14":
            return [bytes((head, which, number >> 7)), bytes((head, which + 32, number & 127))]
        case "nrpn" | "nrpn14" | "rpn" | "rpn14":
            high = 99 if kind.startswith("nrpn") else 101
            whole = number if bits == 14 else number << 7
            halves = [(high, which >> 7), (high - 1, which & 127), (6, whole >> 7)]
            if bits == 14:
                halves.append((38, whole & 127))
            return [bytes((head, controller, half)) for controller, half in halves]
        case "note":
            return [bytes((0x90 | channel, which, number))]
        case "bend":
            return [bytes((0xE0 | channel, number & 127, number >> 7))]
        case "pressure":
            return [bytes((0xD0 | channel, number))]
        case "aftertouch":
            return [bytes((0xA0 | channel, which, number))]
    return []
