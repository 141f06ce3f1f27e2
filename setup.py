"""What pyproject.toml cannot say: the wheel brings the checkpoints that livesyn plays unless another
is named. Their home is the top-level models/; in the wheel they are livesyn/models/.
"""

import json
import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent


def models() -> dict[str, list[str]]:
    """The files of each checkpoint that the wheel brings."""
    listed = json.loads((ROOT / "livesyn" / "base" / "models.json").read_text(encoding="utf-8"))
    return {name: list(row["files"]) for name, row in listed.items() if row["in_wheel"]}


class BuildWithModels(build_py):
    """Builds anew, and copies the checkpoints; an editable installation finds them where they
    are.
    """

    def run(self) -> None:
        if not self.editable_mode:
            shutil.rmtree(self.build_lib, ignore_errors=True)  # modules that have moved since
        super().run()
        if not self.editable_mode:
            for source, target in self._models():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)

    def get_source_files(self) -> list[str]:
        return [*super().get_source_files(), *(str(source) for source, _ in self._models())]

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        outputs = super().get_outputs(include_bytecode)
        if self.editable_mode:
            return outputs
        return [*outputs, *(str(target) for _, target in self._models())]

    def _models(self) -> list[tuple[Path, Path]]:
        return [
            (Path("models", name, file), Path(self.build_lib, "livesyn", "models", name, file))
            for name, files in models().items()
            for file in files
        ]


setup(cmdclass={"build_py": BuildWithModels})
