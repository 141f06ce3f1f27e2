"""As much of TouchDesigner's network as the script of patches/touchdesigner asks for: operators,
parameters, custom pages, text modules. For the picture, and for the tests.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any

# Their parameters, by the names of TouchDesigner's manual.
BUILT_IN = {
    "baseCOMP": (),
    "textDAT": (),
    "tableDAT": (),
    "oscinDAT": ("port", "callbacks", "active"),
    "oscoutDAT": ("address", "port", "active"),
    "scriptCHOP": ("callbacks",),
    "outCHOP": (),
    "parameterexecuteDAT": ("op", "pars", "builtin", "custom", "valuechange", "onpulse", "active"),
}


class ParMode(enum.Enum):
    CONSTANT, EXPRESSION = range(2)


class Par:
    """A parameter. Setting a custom one is a change, which whoever watches is told at the end of
    the frame."""

    def __init__(self, owner: Operator, name: str, label: str = "", custom: bool = False) -> None:
        self.owner, self.name, self.label, self.custom = owner, name, label, custom
        self.mode, self.expr, self.help = ParMode.CONSTANT, "", ""
        self.default: Any = 0
        self.min = self.max = self.normMin = self.normMax = 0.0
        self.clampMin = self.clampMax = False
        self.menuNames: list[str] = []
        self.menuLabels: list[str] = []
        self._value: Any = 0

    @property
    def val(self) -> Any:
        return self._value

    @val.setter
    def val(self, value: Any) -> None:
        if self.clampMin and not self.menuNames:
            value = min(max(value, self.min), self.max)
        if value != self._value:
            self._value = value
            self.owner.moved.append(self)

    @property
    def menuIndex(self) -> int:
        return self.menuNames.index(self._value) if self._value in self.menuNames else 0

    @menuIndex.setter
    def menuIndex(self, index: int) -> None:
        self.val = self.menuNames[index]

    def eval(self) -> Any:
        """The value; of the one kind of expression there is, that of the component's parameter."""
        if self.mode is ParMode.EXPRESSION:
            name = self.expr.removeprefix("parent().par.")
            return getattr(self.owner.parent().par, name).eval()
        return self._value


class Page:
    def __init__(self, owner: Operator, name: str) -> None:
        self._owner, self.name = owner, name

    def _append(self, name: str, label: str = "") -> Sequence[Par]:
        if not re.fullmatch("[A-Z][a-z0-9]*", name):
            raise ValueError(f"{name} is no name for a custom parameter")
        if hasattr(self._owner.par, name):
            raise ValueError(f"{self._owner.name} has a parameter {name} already")
        par = Par(self._owner, name, label, custom=True)
        setattr(self._owner.par, name, par)
        return (par,)

    appendFloat = appendInt = appendStr = appendToggle = appendPulse = appendMenu = _append


class Connector:
    def __init__(self) -> None:
        self.connections: list[Operator] = []

    def connect(self, other: Operator) -> None:
        self.connections = [other]


class Operator:
    """Any operator. `sent` is what an OSC Out DAT was told to send."""

    def __init__(self, kind: str, name: str, network: Operator | None) -> None:
        self.OPType, self.name, self._network = kind, name, network
        self.nodeX = self.nodeY = 0
        self.par = SimpleNamespace()
        for one in BUILT_IN[kind]:
            setattr(self.par, one, Par(self, one))
        self.customPages: list[Page] = []
        self.children: dict[str, Operator] = {}
        self.inputConnectors = [Connector()]
        self.text = ""
        self.rows: list[list[Any]] = []
        self.channels: dict[str, list[float]] = {}
        self.sent: list[tuple[Any, ...]] = []
        self.moved: list[Par] = []
        self._storage: dict[str, Any] = {}
        self._module: tuple[str, SimpleNamespace] | None = None

    # OP and COMP.

    def parent(self) -> Operator:
        assert self._network is not None
        return self._network

    def op(self, name: str) -> Operator | None:
        return self.children.get(name)

    def create(self, kind: str, name: str) -> Operator:
        assert name not in self.children, "TouchDesigner would give it another name"
        made = self.children[name] = Operator(kind, name, self)
        return made

    def destroy(self) -> None:
        del self.parent().children[self.name]

    def appendCustomPage(self, name: str) -> Page:
        self.customPages.append(Page(self, name))
        return self.customPages[-1]

    def store(self, name: str, value: Any) -> None:
        self._storage[name] = value

    def fetch(self, name: str, default: Any = None) -> Any:
        return self._storage.get(name, default)

    def cook(self, force: bool = False) -> None:
        if self.OPType == "scriptCHOP":
            self._callback(self.par.callbacks.val).onCook(self)

    def custom(self) -> Iterator[Par]:
        """Its custom parameters."""
        return (par for par in vars(self.par).values() if par.custom)

    # DATs and CHOPs.

    @property
    def numRows(self) -> int:
        return len(self.rows)

    def appendRow(self, cells: Sequence[Any]) -> None:
        self.rows.append(list(cells))

    def deleteRow(self, index: int) -> None:
        del self.rows[index]

    def clear(self) -> None:
        self.channels.clear()

    def appendChan(self, name: str) -> list[float]:
        return self.channels.setdefault(name, [0.0])

    def sendOSC(self, address: str, values: Sequence[Any]) -> None:
        self.sent.append((self.par.address.eval(), self.par.port.eval(), address, *values))

    @property
    def module(self) -> SimpleNamespace:
        """The text as a module, where `op`, `parent` and `me` stand for what they stand for."""
        if self._module is None or self._module[0] != self.text:
            named = {"me": self, "op": self.parent().op, "parent": self.parent, "ParMode": ParMode}
            exec(compile(self.text, self.name, "exec"), named)
            self._module = self.text, SimpleNamespace(**named)
        return self._module[1]

    def _callback(self, name: str) -> SimpleNamespace:
        found = self.parent().op(name)
        assert found is not None, f"{self.name} has no callbacks {name}"
        return found.module

    # What happens to it.

    def receive(self, address: str, *args: Any) -> None:
        """A message comes to an OSC In DAT."""
        hear = self._callback(self.par.callbacks.val).onReceiveOSC
        hear(self, 0, "", b"", 0.0, address, list(args), None)

    def end_frame(self) -> None:
        """A Parameter Execute DAT tells of what was moved on its component."""
        assert self.par.op.val == ".." and self.par.valuechange.val and self.par.active.val
        moved, self.parent().moved = self.parent().moved, []
        for par in {par.name: par for par in moved}.values():
            if par.custom == self.par.custom.val:
                self.module.onValueChange(par, None)

    def press(self, name: str) -> None:
        """The component's pulse `name` is pressed."""
        if self.par.onpulse.val:
            self.module.onPulse(getattr(self.parent().par, name))


def network_with(text: str) -> tuple[Operator, Operator]:
    """A network, and in it a Text DAT with the script."""
    network = Operator("baseCOMP", "project1", None)
    dat = network.create("textDAT", "livesyn_touchdesigner")
    dat.text = text
    return network, dat


def run_script(dat: Operator) -> None:
    """As its menu's Run Script does."""
    dat._module = None
    _ = dat.module
