"""Checks shapes and types of the whole package, and forbids implicit changes of number formats.

Annotations of arrays are imported under `if TYPE_CHECKING:`, because the engine must run without
jaxtyping. Therefore the package is imported here twice: first normally, which loads the packages
that it needs, and then as a type checker sees it, so that beartype checks every function and
dataclass.
"""

import os
import sys
import typing
from importlib import import_module
from pkgutil import walk_packages

# XLA compiles most programs of the tests to run them once: it shall not optimise machine code.
os.environ.setdefault("XLA_FLAGS", "--xla_backend_optimization_level=0")

import jax
import pytest
from jaxtyping import install_import_hook

from tests import typechecker

PACKAGE = "mu2net_sidecar"
EXTRAS = ("ray",)
"""Packages of extras, without which a module of this package cannot be imported."""

jax.config.update("jax_numpy_dtype_promotion", "strict")
jax.config.update("jax_numpy_rank_promotion", "raise")


def import_package():
    """Imports every module of the package, except those that run a program."""
    package = import_module(PACKAGE)
    for module in walk_packages(package.__path__, f"{PACKAGE}."):
        if module.name.endswith("__main__"):
            continue
        try:
            import_module(module.name)
        except ModuleNotFoundError as error:
            if error.name not in EXTRAS:
                raise


def forget_package():
    for name in [name for name in sys.modules if name.split(".")[0] == PACKAGE]:
        del sys.modules[name]


with pytest.MonkeyPatch.context() as patch:
    import_package()
    forget_package()
    patch.setattr(typing, "TYPE_CHECKING", True)
    with install_import_hook(PACKAGE, f"{typechecker.__name__}.check"):
        import_package()


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory):
    """Keeps what workers cache out of the folder of the user who runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MU2NET_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield
